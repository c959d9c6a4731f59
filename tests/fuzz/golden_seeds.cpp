// SPDX-License-Identifier: Apache-2.0
#include "fuzz/golden_seeds.h"

#include "regulus/base/file.h"
#include "regulus/base/json.h"

namespace regulus::fuzz {
namespace {

Bytes bytes_of_hex(const std::string& digits) {
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(digits.substr(i, 2), nullptr, 16)));
  return bytes;
}

}  // namespace

std::vector<Seed> golden_seeds(const std::string& file) {
  const Bytes text = read_file(std::string(REGULUS_GOLDEN_DIR) + "/" + file);
  const Value document = parse_json({reinterpret_cast<const char*>(text.data()), text.size()}, file);
  std::vector<Seed> seeds;
  for (const Value& entry : document.at("cases").as_list())
    seeds.push_back(
        {entry.at("name").as_string(), bytes_of_hex(entry.at("file").as_string()), SeedKind::kOther});
  return seeds;
}

}  // namespace regulus::fuzz
