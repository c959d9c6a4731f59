// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/hdf5.h"

#include "fuzz/flat.h"
#include "fuzz/golden_seeds.h"
#include "fuzz/target.h"

namespace regulus::fuzz {
namespace {

const std::string kWhere = "f.h5";

void append_attributes(std::string& out, const std::vector<io::Hdf5Attribute>& attributes) {
  append(out, std::to_string(attributes.size()));
  for (const io::Hdf5Attribute& attribute : attributes) {
    append(out, attribute.name);
    append(out, std::to_string(attribute.value.index()));
    if (const auto* text = std::get_if<std::string>(&attribute.value)) append(out, *text);
    if (const auto* array = std::get_if<io::Array>(&attribute.value)) append(out, *array);
    if (const auto* texts = std::get_if<std::vector<std::string>>(&attribute.value))
      for (const std::string& text : *texts) append(out, text);
  }
}

void append_group(std::string& out, const io::Hdf5Group& group) {
  append(out, group.name);
  append_attributes(out, group.attributes);
  for (const io::Hdf5Dataset& dataset : group.datasets) {
    append(out, dataset.name);
    append(out, dataset.array);
    append_attributes(out, dataset.attributes);
  }
  append(out, std::to_string(group.groups.size()));
  for (const io::Hdf5Group& inner : group.groups) append_group(out, inner);
}

std::string described(View file) {
  std::string out;
  append_group(out, io::parse_hdf5(file, kWhere));
  return out;
}

std::string read(View input) {
  const io::Hdf5Group root = io::parse_hdf5(input, kWhere);
  std::string value;
  append_group(value, root);
  require(described(io::to_hdf5(root)) == value, "written and read again, the tree is another");
  return value;
}

std::vector<Seed> seeds() {
  io::Hdf5Group root, group;
  group.name = "dense";
  group.datasets.push_back({"kernel", io::to_array(Tensor({2, 1}, {1, -2})), {}});
  root.groups.push_back(group);
  root.attributes.push_back({"config", std::string("{}")});
  std::vector<Seed> seeds = golden_seeds("hdf5.json", SeedKind::kOther);
  seeds.push_back({"ours", io::to_hdf5(root)});
  return seeds;
}

}  // namespace

const Target& target() {
  static const Target hdf5 = {kWhere, read, seeds};
  return hdf5;
}

}  // namespace regulus::fuzz
