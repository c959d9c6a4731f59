// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/zip_end.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>

#include "regulus/base/byte_reader.h"
#include "regulus/base/data_error.h"

namespace regulus::io {
namespace {

constexpr std::uint32_t kEnd64 = 0x06064b50;
constexpr std::uint32_t kLocator64 = 0x07064b50;
constexpr std::uint32_t kEnd = 0x06054b50;
constexpr std::uint64_t kEndBytes = 22;
constexpr std::uint64_t kEnd64Bytes = 56;
constexpr std::uint64_t kLocator64Bytes = 20;
constexpr std::uint64_t kMaxComment = 65535;
constexpr std::uint32_t kOnes32 = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint16_t kOnes16 = std::numeric_limits<std::uint16_t>::max();

class EndParser {
 public:
  EndParser(std::span<const std::uint8_t> bytes, const std::string& where, const Limits& limits)
      : file_(bytes, where), bytes_(bytes), limits_(limits) {}

  ZipPlace find() {
    const std::uint64_t end = find_end();
    ByteReader record = file_;
    record.seek(end + 4, "the end record");
    const auto disk = record.little<std::uint16_t>("");
    const auto directory_disk = record.little<std::uint16_t>("");
    const auto on_disk = record.little<std::uint16_t>("");
    const auto members = record.little<std::uint16_t>("");
    const auto size = record.little<std::uint32_t>("");
    const auto begin = record.little<std::uint32_t>("");
    if (disk != 0 || directory_disk != 0)
      file_.fail_at(end + 4, "a zip archive of several disks cannot be read");
    if (on_disk != members)
      file_.fail_at(end + 8, "the member counts of the end record differ", std::to_string(members),
                    std::to_string(on_disk));
    ZipPlace place{.begin = begin, .end = end, .members = members};
    std::uint64_t directory_size = size;
    if (end >= kLocator64Bytes && word_at(end - kLocator64Bytes) == kLocator64)
      directory_size = read_end64(end, size, place);
    if (place.begin > place.end || place.end - place.begin != directory_size)
      file_.fail_at(end + 12, "the zip directory does not lie before its end record",
                    count_text(directory_size) + " bytes up to byte " + count_text(place.end),
                    "a begin at byte " + count_text(place.begin));
    if (place.members > limits_.members)
      file_.fail_at(end + 10, "the zip archive has too many members",
                    "at most " + count_text(limits_.members), count_text(place.members));
    if (place.members > directory_size / kZipCentralBytes)
      file_.fail_at(end + 10, "the zip directory cannot hold its members",
                    "at most " + count_text(directory_size / kZipCentralBytes), count_text(place.members));
    return place;
  }

 private:
  std::uint32_t word_at(std::uint64_t offset) const {
    return ByteReader(bytes_.subspan(static_cast<std::size_t>(offset)), file_.where())
        .little<std::uint32_t>("");
  }

  // The last end record, whose comment must end the file. Some readers take the last signature whatever its
  // comment, others search from the front: neither may find another archive.
  std::uint64_t find_end() const {
    std::optional<std::uint64_t> found;
    const std::uint64_t size = bytes_.size();
    for (std::uint64_t at = size - std::min(size, kEndBytes - 1); at + 4 <= size; ++at)
      if (word_at(at) == kEnd)
        file_.fail_at(at, "the last zip end record is cut", count_text(kEndBytes) + " bytes",
                      count_text(size - at), "Is the file complete?");
    for (std::uint64_t comment = 0; comment <= kMaxComment && kEndBytes + comment <= size; ++comment) {
      const std::uint64_t at = size - kEndBytes - comment;
      if (word_at(at) != kEnd) continue;
      const std::uint64_t promised = bytes_[at + 20] | std::uint64_t{bytes_[at + 21]} << 8;
      if (!found && promised != comment)
        file_.fail_at(at + 20, "the comment of the last zip end record does not end the file",
                      count_text(comment) + " bytes", count_text(promised), "Is the file complete?");
      if (found && promised == comment)
        file_.fail_at(at, "there are two zip end records", "one", "another at byte " + count_text(*found));
      if (!found) found = at;
    }
    if (!found)
      file_.fail_at(0, "no zip end record ends the file", "", "", "Is it a zip file, and complete?");
    return *found;
  }

  // The 64-bit end record and its locator, between the directory and the end record. Gives the size of the
  // directory.
  std::uint64_t read_end64(std::uint64_t end, std::uint32_t size, ZipPlace& place) {
    const std::uint64_t locator = end - kLocator64Bytes;
    if (locator < kEnd64Bytes) file_.fail_at(locator, "there is no room for a zip64 end record");
    const std::uint64_t at = locator - kEnd64Bytes;
    ByteReader record = file_;
    record.seek(at, "the zip64 end record");
    const auto expect = [&](std::uint64_t wanted, std::uint64_t found, const char* what) {
      if (wanted != found)
        record.fail(std::string("a zip64 record is malformed: ") + what, count_text(wanted),
                    count_text(found));
    };
    if (record.little<std::uint32_t>("") != kEnd64)
      file_.fail_at(at, "there is a zip64 locator without its record");
    expect(kEnd64Bytes - 12, record.little<std::uint64_t>(""), "record size");
    record.skip(4, "versions");
    expect(0, record.little<std::uint32_t>(""), "disk");
    expect(0, record.little<std::uint32_t>(""), "disk of the directory");
    const auto on_disk = record.little<std::uint64_t>("");
    const auto members = record.little<std::uint64_t>("");
    const auto directory_size = record.little<std::uint64_t>("");
    const auto begin = record.little<std::uint64_t>("");
    expect(members, on_disk, "members on this disk");
    record.skip(4, "signature of the locator");
    expect(0, record.little<std::uint32_t>(""), "disk in the locator");
    expect(at, record.little<std::uint64_t>(""), "offset in the locator");
    expect(1, record.little<std::uint32_t>(""), "disks in the locator");
    const auto agree = [&](std::uint64_t narrow, std::uint64_t ones, std::uint64_t wide, const char* what) {
      if (narrow != ones) expect(wide, narrow, what);
    };
    agree(place.members, kOnes16, members, "members");
    agree(size, kOnes32, directory_size, "size of the directory");
    agree(place.begin, kOnes32, begin, "offset of the directory");
    place = {.begin = begin, .end = at, .members = members};
    return directory_size;
  }

  ByteReader file_;
  std::span<const std::uint8_t> bytes_;
  const Limits& limits_;
};

}  // namespace

ZipPlace find_zip_directory(std::span<const std::uint8_t> bytes, const std::string& where,
                            const Limits& limits) {
  return EndParser(bytes, where, limits).find();
}

}  // namespace regulus::io
