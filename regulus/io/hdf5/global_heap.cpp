// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/hdf5/global_heap.h"

#include "regulus/io/hdf5/superblock.h"

namespace regulus::io::hdf5 {
namespace {

constexpr std::uint64_t kPrefixBytes = 16;
constexpr std::uint64_t kObjectPrefixBytes = 16;

}  // namespace

std::unordered_map<std::uint32_t, std::string_view> read_collection(Source& source, std::uint64_t address) {
  const char* what = "a collection of the global heap";
  ByteReader prefix = source.look(address, kPrefixBytes, what);
  require_signature(prefix, "GCOL", what);
  require_version(prefix, 1, what);
  prefix.skip(3, what);
  const auto size = prefix.little<std::uint64_t>(what);
  if (size < kPrefixBytes)
    prefix.fail_at(8, "the collection's size is too small", "16 or more", std::to_string(size));
  ByteReader reader = source.claim(address, size, what);
  reader.skip(kPrefixBytes, what);

  std::unordered_map<std::uint32_t, std::string_view> objects;
  while (reader.remaining() >= kObjectPrefixBytes) {
    const std::uint64_t at = reader.offset();
    const auto index = reader.little<std::uint16_t>(what);
    if (index == 0) break;  // the free space, behind all objects
    reader.skip(6, what);
    const auto length = reader.little<std::uint64_t>(what);
    const std::string_view text = reader.text(length, "an object of the global heap");
    reader.skip((8 - length % 8) % 8, "an object of the global heap");
    if (!objects.emplace(index, text).second)
      reader.fail_at(at, "the collection has an index twice", "", std::to_string(index));
  }
  return objects;
}

}  // namespace regulus::io::hdf5
