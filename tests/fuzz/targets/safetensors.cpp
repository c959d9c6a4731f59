// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/safetensors.h"

#include "fuzz/flat.h"
#include "fuzz/golden_seeds.h"
#include "fuzz/target.h"

namespace regulus::fuzz {
namespace {

const std::string kWhere = "f.safetensors";

std::string described(const io::Safetensors& file) {
  std::string out;
  for (const auto& [name, tensor] : file.tensors) {
    append(out, name);
    append(out, tensor);
  }
  append(out, "metadata");
  for (const auto& [key, text] : file.metadata) {
    append(out, key);
    append(out, text);
  }
  return out;
}

std::string read(View input) {
  const io::Safetensors file = io::parse_safetensors(input, kWhere);
  std::string value = described(file);
  require(described(io::parse_safetensors(io::to_safetensors(file), kWhere)) == value,
          "written and read again, the file says something else");
  return value;
}

std::vector<Seed> seeds() {
  io::Safetensors file;
  file.tensors = {{"dense.kernel", Tensor({2, 3}, {1, -2, 3.5f, -0.0f, 1e-40f, 6})},
                  {"dense.bias", Tensor({3}, {7, 8, 9})},
                  {"scalar", Tensor(Shape{}, {10})},
                  {"none", Tensor(Shape{0, 4})}};
  file.metadata = {{"format", "pt"}, {"text", "{\"name\":\"é\"}"}};
  std::vector<Seed> seeds = golden_seeds("safetensors.json", SeedKind::kOther);
  seeds.push_back({"ours", io::to_safetensors(file)});
  return seeds;
}

}  // namespace

const Target& target() {
  static const Target safetensors = {kWhere, read, seeds};
  return safetensors;
}

}  // namespace regulus::fuzz
