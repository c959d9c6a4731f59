// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/zip_directory.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>

#include "regulus/base/byte_reader.h"
#include "regulus/base/data_error.h"
#include "regulus/base/utf8.h"
#include "regulus/io/gzip.h"
#include "regulus/io/zip_end.h"

namespace regulus::io {
namespace {

constexpr std::uint32_t kLocal = 0x04034b50;
constexpr std::uint32_t kCentral = 0x02014b50;
constexpr std::uint32_t kDescriptor = 0x08074b50;

constexpr unsigned kMaxVersion = 63;  // 6.3, the newest that there is

constexpr std::uint16_t kEncrypted = 1 << 0;
constexpr std::uint16_t kHasDescriptor = 1 << 3;
constexpr std::uint16_t kUtf8 = 1 << 11;
constexpr std::uint16_t kDeflateLevel = 3 << 1;  // says how hard the packer tried
constexpr std::uint16_t kStored = 0;
constexpr std::uint16_t kDeflated = 8;
constexpr std::uint16_t kExtra64 = 1;
constexpr std::uint32_t kOnes32 = std::numeric_limits<std::uint32_t>::max();
// What a deflate stream may unpack to beyond its packed bytes' share: one symbol that is still to come.
constexpr std::uint64_t kLastSymbol = 258;

class DirectoryParser {
 public:
  DirectoryParser(std::span<const std::uint8_t> bytes, const std::string& where, const Limits& limits)
      : file_(bytes, where), bytes_(bytes), limits_(limits) {}

  std::vector<ZipEntry> parse() {
    const ZipPlace place = find_zip_directory(bytes_, file_.where(), limits_);
    read_central(place);
    check_names();
    for (std::size_t i = 0; i < entries_.size(); ++i) read_local(i, place.begin);
    check_tiling(place.begin);
    return std::move(entries_);
  }

 private:
  void read_central(const ZipPlace& place) {
    ByteReader directory = file_.part(place.begin, place.end - place.begin, "the zip directory");
    std::uint64_t memory = 0;
    for (std::uint64_t i = 0; i < place.members; ++i) {
      read_central_header(directory);
      // Sums of at most limits.members sizes, each below 1,032 times the file.
      memory += entries_.back().size;
      if (memory > limits_.memory)
        directory.fail("the members unpacked are too large for this machine's memory",
                       "at most " + count_text(limits_.memory) + " bytes", count_text(memory));
    }
    if (const std::uint64_t most = limits_.unpacked(bytes_.size()); memory > most)
      directory.fail("the members unpack to too many bytes for such a file (a zip bomb?)",
                     "at most " + count_text(most), count_text(memory));
    if (!directory.at_end())
      directory.fail("the zip directory is longer than its members", "",
                     count_text(directory.remaining()) + " more bytes");
  }

  void read_central_header(ByteReader& directory) {
    const std::uint64_t at = directory.offset();
    if (directory.little<std::uint32_t>("a central header") != kCentral)
      directory.fail_at(at, "a central header of the zip directory was expected");
    directory.skip(2, "the version that made a member");
    const unsigned version = directory.little<std::uint16_t>("a central header") & 255;
    const auto flags = directory.little<std::uint16_t>("a central header");
    const auto method = directory.little<std::uint16_t>("a central header");
    directory.skip(4, "the date of a central header");
    ZipEntry entry;
    entry.crc = directory.little<std::uint32_t>("a central header");
    entry.packed = directory.little<std::uint32_t>("a central header");
    entry.size = directory.little<std::uint32_t>("a central header");
    const auto name_bytes = directory.little<std::uint16_t>("a central header");
    const auto extra_bytes = directory.little<std::uint16_t>("a central header");
    const auto comment_bytes = directory.little<std::uint16_t>("a central header");
    const auto disk = directory.little<std::uint16_t>("a central header");
    directory.skip(6, "the attributes of a central header");
    entry.header = directory.little<std::uint32_t>("a central header");
    entry.name = directory.text(name_bytes, "a member's name");
    const std::string member = "member \"" + entry.name + "\": ";
    if (const char* problem = zip_name_problem(entry.name, limits_.name_bytes))
      directory.fail_at(at + kZipCentralBytes,
                        "the name of member " + std::to_string(entries_.size()) + " " + problem, "",
                        entry.name);
    if ((flags & kUtf8) == 0 && std::any_of(entry.name.begin(), entry.name.end(),
                                            [](char c) { return static_cast<unsigned char>(c) >= 0x80; }))
      directory.fail_at(at + 8, member + "its name beyond ASCII is not marked as UTF-8");
    if (version > kMaxVersion)
      directory.fail_at(at + 6, member + "it needs a newer version of the format", "at most 63",
                        std::to_string(version));
    if (flags & kEncrypted) directory.fail_at(at + 8, member + "it is encrypted");
    if (flags & ~(kHasDescriptor | kUtf8 | kDeflateLevel))
      directory.fail_at(at + 8, member + "it has flags that cannot be read", "", std::to_string(flags));
    if (method != kStored && method != kDeflated)
      directory.fail_at(at + 10, member + "its method cannot be read", "0 (stored) or 8 (deflated)",
                        std::to_string(method));
    if (disk != 0) directory.fail_at(at + 34, member + "it lies on another disk");
    entry.deflated = method == kDeflated;
    read_central_extra(directory.part(directory.offset(), extra_bytes, "the extra fields of a member"), entry,
                       member);
    directory.skip(extra_bytes, "the extra fields of a member");
    directory.skip(comment_bytes, "the comment of a member");
    check_sizes(directory, at, entry, member);
    flags_.push_back(flags);
    entries_.push_back(std::move(entry));
  }

  // Calls visit(id, field) for each extra field.
  template <class Visit>
  static void for_each_extra(ByteReader extra, Visit visit) {
    while (!extra.at_end()) {
      const auto id = extra.little<std::uint16_t>("an extra field");
      const auto size = extra.little<std::uint16_t>("an extra field");
      visit(id, extra.part(extra.offset(), size, "an extra field"));
      extra.skip(size, "an extra field");
    }
  }

  static void read_central_extra(const ByteReader& extra, ZipEntry& entry, const std::string& member) {
    bool seen = false;
    for_each_extra(extra, [&](std::uint16_t id, ByteReader field) {
      if (id != kExtra64) return;
      if (std::exchange(seen, true)) field.fail(member + "it has two zip64 fields");
      for (std::uint64_t* number : {&entry.size, &entry.packed, &entry.header})
        if (*number == kOnes32) *number = field.little<std::uint64_t>("a zip64 number");
      if (!field.at_end()) field.fail(member + "its zip64 field replaces no number");
    });
  }

  void check_sizes(const ByteReader& directory, std::uint64_t at, const ZipEntry& entry,
                   const std::string& member) const {
    if (entry.packed > bytes_.size())
      directory.fail_at(at + 20, member + "it is larger than the file",
                        "at most " + count_text(bytes_.size()) + " bytes", count_text(entry.packed));
    if (!entry.deflated && entry.size != entry.packed)
      directory.fail_at(at + 24, member + "its sizes differ though it is stored", count_text(entry.packed),
                        count_text(entry.size));
    // No product that wraps: the file is in memory, so packed is far below 2^64 / 1032.
    if (entry.deflated && entry.size > entry.packed * kMaxGzipExpansion + kLastSymbol)
      directory.fail_at(at + 24, member + "no deflated bytes unpack to so many (a zip bomb?)",
                        "at most " + count_text(entry.packed * kMaxGzipExpansion + kLastSymbol),
                        count_text(entry.size));
    if (entry.name.back() == '/' && entry.size != 0)
      directory.fail_at(at + 24, member + "a folder holds bytes", "0", count_text(entry.size));
  }

  void check_names() const {
    std::vector<std::string_view> names(entries_.size());
    std::transform(entries_.begin(), entries_.end(), names.begin(),
                   [](const ZipEntry& e) -> std::string_view { return e.name; });
    std::sort(names.begin(), names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice == names.end()) return;
    const auto first =
        std::find_if(entries_.begin(), entries_.end(), [&](const ZipEntry& e) { return e.name == *twice; });
    file_.fail_at(first->header, "member \"" + first->name + "\": two members have this name");
  }

  void read_local(std::size_t index, std::uint64_t directory) {
    ZipEntry& entry = entries_[index];
    const std::string member = "member \"" + entry.name + "\": ";
    if (entry.header > directory)
      file_.fail_at(directory, member + "its header lies behind the members",
                    "a byte up to " + count_text(directory), count_text(entry.header));
    ByteReader local = ByteReader(bytes_.first(static_cast<std::size_t>(directory)), file_.where());
    local.seek(entry.header, "a local header");
    const auto expect = [&](std::uint64_t wanted, std::uint64_t found, std::uint64_t offset,
                            const char* what) {
      if (wanted != found)
        local.fail_at(entry.header + offset, member + "its local header has another " + what,
                      count_text(wanted), count_text(found));
    };
    if (local.little<std::uint32_t>("a local header") != kLocal)
      local.fail_at(entry.header, member + "no local header begins here");
    local.skip(2, "the version of a local header");
    const auto flags = local.little<std::uint16_t>("a local header");
    expect(flags_[index], flags, 6, "set of flags");
    expect(entry.deflated ? kDeflated : kStored, local.little<std::uint16_t>("a local header"), 8, "method");
    local.skip(4, "the date of a local header");
    const auto crc = local.little<std::uint32_t>("a local header");
    std::uint64_t packed = local.little<std::uint32_t>("a local header");
    std::uint64_t size = local.little<std::uint32_t>("a local header");
    const auto name_bytes = local.little<std::uint16_t>("a local header");
    const auto extra_bytes = local.little<std::uint16_t>("a local header");
    if (local.text(name_bytes, "a member's name") != entry.name)
      local.fail_at(entry.header + 30, member + "its local header has another name");
    for_each_extra(local.part(local.offset(), extra_bytes, "the extra fields of a member"),
                   [&](std::uint16_t id, ByteReader field) {
                     if (id != kExtra64) return;
                     // Both sizes, whatever their own places hold (APPNOTE 4.5.3).
                     const auto wide_size = field.little<std::uint64_t>("a zip64 number");
                     const auto wide_packed = field.little<std::uint64_t>("a zip64 number");
                     if (size == kOnes32) size = wide_size;
                     if (packed == kOnes32) packed = wide_packed;
                     if (size != wide_size || packed != wide_packed || !field.at_end())
                       field.fail(member + "its zip64 field contradicts its header");
                   });
    local.skip(extra_bytes, "the extra fields of a member");
    // Where a descriptor follows, the header may leave these three open.
    const bool open = (flags & kHasDescriptor) != 0;
    if (!open || crc != 0) expect(entry.crc, crc, 14, "checksum");
    if (!open || packed != 0) expect(entry.packed, packed, 18, "packed size");
    if (!open || size != 0) expect(entry.size, size, 22, "size");
    entry.data = local.offset();
    local.skip(entry.packed, "the bytes of member \"" + entry.name + "\"");
  }

  // Every byte before the directory belongs to exactly one member.
  void check_tiling(std::uint64_t directory) const {
    std::vector<std::size_t> order(entries_.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return entries_[a].header < entries_[b].header; });
    std::uint64_t at = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
      const ZipEntry& entry = entries_[order[i]];
      const std::string member = "member \"" + entry.name + "\": ";
      if (entry.header < at)
        file_.fail_at(entry.header, member + "it overlaps the member before it",
                      "a begin at byte " + count_text(at), count_text(entry.header));
      if (entry.header > at)
        file_.fail_at(at, count_text(entry.header - at) + " bytes belong to no member of the zip archive");
      const std::uint64_t next = i + 1 < order.size() ? entries_[order[i + 1]].header : directory;
      at = entry.data + entry.packed;
      if (flags_[order[i]] & kHasDescriptor) at += descriptor_bytes(entry, next, member);
    }
    if (at < directory)
      file_.fail_at(at, count_text(directory - at) + " bytes belong to no member of the zip archive");
  }

  // A descriptor has a signature or none and 32- or 64-bit sizes; its length tells which.
  std::uint64_t descriptor_bytes(const ZipEntry& entry, std::uint64_t next, const std::string& member) const {
    const std::uint64_t begin = entry.data + entry.packed;
    const std::uint64_t length = next > begin ? next - begin : 0;
    if (length != 12 && length != 16 && length != 20 && length != 24)
      file_.fail_at(begin, member + "its data descriptor is missing or malformed", "12, 16, 20 or 24 bytes",
                    count_text(length));
    ByteReader descriptor = file_.part(begin, length, "a data descriptor");
    const bool is_signed = length == 16 || length == 24;
    const auto size = [&]() -> std::uint64_t {
      if (length >= 20) return descriptor.little<std::uint64_t>("");
      return descriptor.little<std::uint32_t>("");
    };
    bool agrees = !is_signed || descriptor.little<std::uint32_t>("") == kDescriptor;
    agrees &= descriptor.little<std::uint32_t>("") == entry.crc;
    agrees &= size() == entry.packed;
    agrees &= size() == entry.size;
    if (!agrees) file_.fail_at(begin, member + "its data descriptor contradicts the directory");
    return length;
  }

  ByteReader file_;
  std::span<const std::uint8_t> bytes_;
  const Limits& limits_;
  std::vector<ZipEntry> entries_;
  std::vector<std::uint16_t> flags_;
};

}  // namespace

const char* zip_name_problem(std::string_view name, std::size_t limit) {
  if (name.empty()) return "is empty";
  if (name.size() > limit) return "is too long";
  if (!is_utf8(name)) return "is not UTF-8";
  if (std::any_of(name.begin(), name.end(), [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; }))
    return "holds a control character";
  if (name.find('\\') != name.npos) return "holds a backslash";
  if (name.front() == '/' || (name.size() > 1 && name[1] == ':')) return "is absolute";
  if (name.back() == '/') name.remove_suffix(1);
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('/', begin), name.size());
    const std::string_view part = name.substr(begin, end - begin);
    if (part.empty() || part == "." || part == "..") return "has a part that is empty, \".\" or \"..\"";
    begin = end + 1;
  }
  return nullptr;
}

std::vector<ZipEntry> parse_zip_directory(std::span<const std::uint8_t> bytes, const std::string& where,
                                          const Limits& limits) {
  return DirectoryParser(bytes, where, limits).parse();
}

}  // namespace regulus::io
