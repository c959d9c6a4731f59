// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/npz.h"

#include <memory>
#include <string_view>

#include "regulus/base/byte_reader.h"
#include "regulus/io/npy.h"
#include "regulus/io/zip.h"

namespace regulus::io {
namespace {

constexpr std::string_view kSuffix = ".npy";

}  // namespace

NamedArrays parse_npz(std::span<const std::uint8_t> bytes, const std::string& where, const Limits& limits) {
  const ZipArchive archive(bytes, where, limits);
  for (const std::string& name : archive.names())
    if (name.size() <= kSuffix.size() || !name.ends_with(kSuffix))
      ByteReader(bytes, where).fail("a member of the NPZ file is no array", "KEY.npy", name);
  NamedArrays arrays;
  const std::string prefix = where + ": ";
  for (const std::string& name : archive.names()) {
    const auto owner = std::make_shared<const std::vector<std::uint8_t>>(archive.read(name));
    Array array = parse_npy(*owner, prefix + name, limits);
    array.owner = owner;
    arrays.emplace_back(name.substr(0, name.size() - kSuffix.size()), std::move(array));
  }
  return arrays;
}

std::vector<std::uint8_t> to_npz(std::span<const std::pair<std::string, Array>> arrays) {
  std::vector<ZipMember> members;
  for (const auto& [key, array] : arrays) members.push_back({key + std::string(kSuffix), to_npy(array)});
  return to_zip(members);
}

}  // namespace regulus::io
