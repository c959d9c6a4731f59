// SPDX-License-Identifier: Apache-2.0
#include "fuzz/golden_seeds.h"

#include "regulus/base/file.h"
#include "regulus/base/json.h"
#include "support/base64.h"

namespace regulus::fuzz {
namespace {

// No file of some length is both: in base64 it begins with one of the formats' magic numbers.
bool is_hexadecimal(const std::string& text) {
  return text.size() % 2 == 0 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

Bytes decoded(const std::string& text) {
  if (!is_hexadecimal(text)) return testing::from_base64(text);
  Bytes bytes;
  for (std::size_t i = 0; i < text.size(); i += 2)
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(text.substr(i, 2), nullptr, 16)));
  return bytes;
}

}  // namespace

std::vector<Seed> golden_seeds(const std::string& file, SeedKind cases) {
  const Bytes text = read_file(std::string(REGULUS_GOLDEN_DIR) + "/" + file);
  const Value document = parse_json({reinterpret_cast<const char*>(text.data()), text.size()}, file);
  std::vector<Seed> seeds;
  for (const char* list : {"cases", "attacks"}) {
    const Value* entries = document.find(list);
    if (entries == nullptr) continue;
    const SeedKind kind = std::string(list) == "cases" ? cases : SeedKind::kOther;
    for (const Value& entry : entries->as_list())
      if (const Value* bytes = entry.find("file"))
        seeds.push_back({entry.at("name").as_string(), decoded(bytes->as_string()), kind});
  }
  return seeds;
}

}  // namespace regulus::fuzz
