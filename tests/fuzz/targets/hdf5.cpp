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

std::string read(View input) {
  std::string value;
  append_group(value, io::parse_hdf5(input, kWhere));
  return value;
}

std::vector<Seed> seeds() {
  return golden_seeds("hdf5.json", SeedKind::kOther);
}

}  // namespace

const Target& target() {
  static const Target hdf5 = {kWhere, read, seeds};
  return hdf5;
}

}  // namespace regulus::fuzz
