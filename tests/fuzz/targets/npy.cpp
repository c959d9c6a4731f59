// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/npy.h"

#include "fuzz/flat.h"
#include "fuzz/golden_seeds.h"
#include "fuzz/target.h"
#include "regulus/io/npz.h"
#include "regulus/io/zip.h"

namespace regulus::fuzz {
namespace {

const std::string kWhere = "f.npy";

std::string read_npy(View input) {
  const io::Array array = io::parse_npy(input, kWhere);
  std::string value, again;
  append(value, array);
  const Bytes bytes = io::to_npy(array);
  append(again, io::parse_npy(bytes, kWhere));
  require(again == value, "written and read again, the array is another");
  return value;
}

std::string described(const io::NamedArrays& arrays) {
  std::string out;
  for (const auto& [name, array] : arrays) {
    append(out, name);
    append(out, array);
  }
  return out;
}

std::string read(View input) {
  if (!io::is_zip(input)) return read_npy(input);
  const io::NamedArrays arrays = io::parse_npz(input, kWhere);
  std::string value = described(arrays);
  require(described(io::parse_npz(io::to_npz(arrays), kWhere)) == value,
          "written and read again, the arrays are others");
  return value;
}

std::vector<Seed> seeds() {
  return golden_seeds("arrays.json", SeedKind::kSound);
}

}  // namespace

const Target& target() {
  static const Target npy = {kWhere, read, seeds};
  return npy;
}

}  // namespace regulus::fuzz
