// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/hdf5/superblock.h"

#include <algorithm>

#include "regulus/base/error.h"
#include "regulus/io/hdf5/checksum.h"

namespace regulus::io::hdf5 {
namespace {

constexpr const char* kWhat = "the superblock";
constexpr std::uint64_t kBytes0 = 96;
constexpr std::uint64_t kBytes2 = 48;

// Sizes of addresses and of lengths.
void require_eight(ByteReader& reader) {
  for (int i = 0; i < 2; ++i) {
    const std::uint64_t at = reader.offset();
    const auto size = reader.little<std::uint8_t>(kWhat);
    if (size != 8)
      reader.fail_at(at, "addresses and lengths of that size are not read", "8 bytes", std::to_string(size));
  }
}

void require_base(ByteReader& reader) {
  const std::uint64_t at = reader.offset();
  const auto base = reader.little<std::uint64_t>(kWhat);
  if (base != 0) reader.fail_at(at, "the file has a user block", "base address 0", std::to_string(base));
}

// An address that no file of Keras gives.
void require_none(ByteReader& reader, std::string_view problem) {
  const std::uint64_t at = reader.offset();
  if (reader.little<std::uint64_t>(kWhat) != kUndefined) reader.fail_at(at, std::string(problem));
}

std::uint64_t read_version0(Source& source) {
  ByteReader reader = source.claim(0, kBytes0, kWhat);
  reader.skip(kSignature.size() + 5, kWhat);
  require_eight(reader);
  reader.skip(9, kWhat);  // sizes of group nodes and flags: what nodes hold says it too
  require_base(reader);
  require_none(reader, "a table of free space is not read");
  const auto end = reader.little<std::uint64_t>(kWhat);
  require_none(reader, "the file is one part of several (it has a driver block)");
  reader.skip(8, kWhat);  // the root's name
  const auto root = reader.little<std::uint64_t>(kWhat);
  source.end_at(end);
  return root;
}

std::uint64_t read_version2(Source& source) {
  ByteReader reader = source.claim(0, kBytes2, kWhat);
  require_checksum(reader, kWhat);
  reader.skip(kSignature.size() + 1, kWhat);
  require_eight(reader);
  reader.skip(1, kWhat);  // flags
  require_base(reader);
  require_none(reader, "an extension of the superblock is not read");
  const auto end = reader.little<std::uint64_t>(kWhat);
  const auto root = reader.little<std::uint64_t>(kWhat);
  source.end_at(end);
  return root;
}

}  // namespace

std::uint64_t read_superblock(Source& source) {
  ByteReader reader = source.look(0, kSignature.size() + 1, kWhat);
  const auto signature = reader.take(kSignature.size(), kWhat);
  if (!std::equal(kSignature.begin(), kSignature.end(), signature.begin()))
    reader.fail_at(0, "not an HDF5 file");
  const auto version = reader.little<std::uint8_t>(kWhat);
  if (version == 0) return read_version0(source);
  if (version == 2 || version == 3) return read_version2(source);
  reader.fail_at(kSignature.size(), "the superblock's version is not read", "0, 2 or 3",
                 std::to_string(version));
}

void require_signature(ByteReader& reader, std::string_view letters, std::string_view what) {
  const std::uint64_t at = reader.offset();
  const std::string_view found = reader.text(letters.size(), what);
  if (found != letters)
    reader.fail_at(at, "here should be " + std::string(what), "\"" + std::string(letters) + "\"",
                   "\"" + escaped(std::string(found)) + "\"");
}

void require_version(ByteReader& reader, std::uint8_t version, std::string_view what) {
  const std::uint64_t at = reader.offset();
  const auto found = reader.little<std::uint8_t>(what);
  if (found != version)
    reader.fail_at(at, std::string(what) + " is of a version that is not read", std::to_string(version),
                   std::to_string(found));
}

}  // namespace regulus::io::hdf5
