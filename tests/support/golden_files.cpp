// SPDX-License-Identifier: Apache-2.0
#include "support/golden_files.h"

#include <zlib.h>

#include <stdexcept>

#include "regulus/base/file.h"
#include "regulus/base/json.h"
#include "support/base64.h"

namespace regulus::testing {
namespace {

using Bytes = std::vector<std::uint8_t>;

// No file is both: in base64 it begins with one of the formats' magic numbers.
bool is_hexadecimal(const std::string& text) {
  return text.size() % 2 == 0 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

Bytes unpacked(const Bytes& packed) {
  Bytes bytes(std::size_t{1} << 20);  // none is larger
  uLongf size = bytes.size();
  if (uncompress(bytes.data(), &size, packed.data(), packed.size()) != Z_OK)
    throw std::runtime_error("a golden file is damaged");
  bytes.resize(size);
  return bytes;
}

Bytes decoded(const std::string& text) {
  constexpr std::string_view kZlib = "eN";  // zlib's first bytes, 78 da, in base64
  if (!is_hexadecimal(text)) return text.starts_with(kZlib) ? unpacked(from_base64(text)) : from_base64(text);
  Bytes bytes;
  for (std::size_t i = 0; i < text.size(); i += 2)
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(text.substr(i, 2), nullptr, 16)));
  return bytes;
}

}  // namespace

std::vector<GoldenFile> golden_files(const std::string& file) {
  const Bytes text = read_file(std::string(REGULUS_GOLDEN_DIR) + "/" + file);
  const Value document = parse_json({reinterpret_cast<const char*>(text.data()), text.size()}, file);
  std::vector<GoldenFile> files;
  for (const auto& [list, entries] : document.as_dict()) {
    if (!entries.is_list()) continue;
    for (const Value& entry : entries.as_list())
      if (const Value* bytes = entry.find("file"))
        files.push_back({list, entry.at("name").as_string(), decoded(bytes->as_string())});
  }
  return files;
}

}  // namespace regulus::testing
