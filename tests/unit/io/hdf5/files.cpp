// SPDX-License-Identifier: Apache-2.0
#include "unit/io/hdf5/files.h"

#include <zlib.h>

#include <stdexcept>

namespace regulus::io::hdf5 {
namespace {

Bytes from_base64(std::string_view text) {
  const std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  Bytes bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char letter : text.substr(0, text.find('='))) {
    bits = bits << 6 | static_cast<std::uint32_t>(letters.find(letter));
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push_back(static_cast<std::uint8_t>(bits >> count));
  }
  return bytes;
}

}  // namespace

Bytes unpacked(const std::string& base64) {
  const Bytes packed = from_base64(base64);
  Bytes bytes(std::size_t{1} << 20);  // no golden file is larger
  uLongf size = bytes.size();
  if (uncompress(bytes.data(), &size, packed.data(), packed.size()) != Z_OK)
    throw std::runtime_error("a golden file is damaged");
  bytes.resize(size);
  return bytes;
}

Bytes golden_bytes(const std::string& name) {
  for (const auto& c : testing::golden("hdf5.json").at("cases"))
    if (c.at("name") == name) return unpacked(c.at("file"));
  throw std::runtime_error("no golden file " + name);
}

}  // namespace regulus::io::hdf5
