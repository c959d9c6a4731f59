// SPDX-License-Identifier: Apache-2.0
#include "fuzz/structure.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>

#include "fuzz/packing.h"
#include "regulus/base/error.h"
#include "regulus/io/hdf5.h"

namespace regulus::fuzz {
namespace {

using Json = nlohmann::ordered_json;

template <class T>
T& any_of(Random& random, std::vector<T>& items) {
  return items[draw(random, items.size())];
}

int num_changes(Random& random) {
  return one_in(random, 2) ? 1 : 2 + static_cast<int>(draw(random, 2));
}

// ---- JSON ----

void collect(Json& value, std::vector<Json*>& nodes) {
  nodes.push_back(&value);
  if (value.is_structured())
    for (Json& member : value) collect(member, nodes);
}

// Numbers at which something begins or ends.
Json extreme(Random& random) {
  static const std::vector<Json> kNumbers = {0,
                                             1,
                                             -1,
                                             2,
                                             7,
                                             16,
                                             255,
                                             65536,
                                             1e-45,
                                             0.5,
                                             1.0,
                                             -0.0,
                                             1e39,
                                             1e300,
                                             0.9999999999,
                                             1 << 20,
                                             2147483647,
                                             std::int64_t{2147483648},
                                             std::int64_t{1} << 40,
                                             std::int64_t{1} << 53,
                                             std::numeric_limits<std::int64_t>::max(),
                                             std::numeric_limits<std::int64_t>::min()};
  return kNumbers[draw(random, kNumbers.size())];
}

// Texts that mean something, or too much.
Json word(Random& random) {
  static const std::vector<std::string> kWords = {"",
                                                  "Dense",
                                                  "Dropout",
                                                  "MCDropout",
                                                  "Sequential",
                                                  "Functional",
                                                  "Lambda",
                                                  "InputLayer",
                                                  "Conv2D",
                                                  "Flatten",
                                                  "Reshape",
                                                  "BatchNormalization",
                                                  "Normalization",
                                                  "Embedding",
                                                  "relu",
                                                  "softmax",
                                                  "linear",
                                                  "same",
                                                  "valid",
                                                  "causal",
                                                  "channels_first",
                                                  "channels_last",
                                                  "float16",
                                                  "float64",
                                                  "mixed_bfloat16",
                                                  "zeros",
                                                  "orthogonal",
                                                  "HeNormal",
                                                  "l2",
                                                  "max_norm",
                                                  "Adam",
                                                  "SGD",
                                                  "Nadam",
                                                  "mse",
                                                  "accuracy",
                                                  "keras",
                                                  "keras.layers",
                                                  "os",
                                                  "a/b",
                                                  "../x",
                                                  "\x1b[2J\n",
                                                  "\xe2\x80\xae",
                                                  std::string(1025, 'n')};
  return kWords[draw(random, kWords.size())];
}

Json of_another_type(const Json& value, Random& random) {
  switch (draw(random, 7)) {
    case 0:
      return nullptr;
    case 1:
      return one_in(random, 2);
    case 2:
      return value.is_string() ? extreme(random) : Json(value.dump());
    case 3:
      return Json::array();
    case 4:
      return Json::object();
    case 5:
      return word(random);
    default:
      return extreme(random);
  }
}

Json nested(Json value, Random& random) {
  const std::size_t depth = one_in(random, 8) ? 40 : 1;
  for (std::size_t i = 0; i < depth; ++i) switch (draw(random, 3)) {
      case 0:
        value = Json::array({value});
        break;
      case 1:
        value = Json{{"class_name", word(random)}, {"config", value}};
        break;
      default:
        value =
            Json{{"class_name", "Sequential"}, {"config", {{"name", "s"}, {"layers", Json::array({value})}}}};
    }
  return value;
}

// Elements of a list, or members under other names, again and again.
void repeat(Json& value, Random& random) {
  static const std::size_t kTimes[] = {1, 1, 2, 8, 64, 300};
  const std::size_t times = kTimes[draw(random, std::size(kTimes))];
  if (value.empty()) return;
  const std::size_t place = draw(random, value.size());
  if (value.is_array()) {
    const Json element = value[place];
    if (element.dump().size() * times > 30000) return;
    for (std::size_t i = 0; i < times; ++i)
      value.insert(value.begin() + static_cast<std::ptrdiff_t>(draw(random, value.size() + 1)), element);
  } else {
    const auto member = std::next(value.begin(), static_cast<std::ptrdiff_t>(place));
    const std::string key = member.key();
    const Json content = member.value();
    if (content.dump().size() * times > 30000) return;
    for (std::size_t i = 0; i < times; ++i) value[key + std::to_string(i)] = content;
  }
}

void take_away(Json& value, Random& random) {
  if (value.empty()) return;
  const std::size_t place = draw(random, value.size());
  if (value.is_array())
    value.erase(place);
  else
    value.erase(std::next(value.begin(), static_cast<std::ptrdiff_t>(place)).key());
}

void change(Json& root, Random& random) {
  std::vector<Json*> nodes;
  collect(root, nodes);
  Json& at = *any_of(random, nodes);
  switch (draw(random, 9)) {
    case 0:  // of two, one may lie in the other
    {
      Json other = *any_of(random, nodes);
      at = std::move(other);
    } break;
    case 1:
      if (at.is_structured()) repeat(at, random);
      break;
    case 2:
      at = nested(at, random);
      break;
    case 3:
      at = of_another_type(at, random);
      break;
    case 4:
      if (at.is_structured()) take_away(at, random);
      break;
    case 5:
      at = at.is_string() ? word(random) : extreme(random);
      break;
    case 6:
      if (at.is_number_integer())
        at = at.get<std::int64_t>() / 2 + static_cast<std::int64_t>(draw(random, 9)) - 4;
      break;
    case 7:
      if (at.is_array() && at.size() > 1) std::rotate(at.begin(), at.begin() + 1, at.end());
      break;
    default:
      if (at.is_object()) at[word(random).get<std::string>()] = *any_of(random, nodes);
  }
}

std::optional<std::string> changed_text(std::string_view text, Random& random) {
  Json root = Json::parse(text, nullptr, false);
  if (root.is_discarded()) return {};
  for (int i = num_changes(random); i > 0; --i) change(root, random);
  return root.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// ---- trees of HDF5 ----

void collect(io::Hdf5Group& group, std::vector<io::Hdf5Group*>& groups) {
  group.in_order = false;
  groups.push_back(&group);
  for (io::Hdf5Group& child : group.groups) collect(child, groups);
}

std::string other_name(const std::string& name, Random& random) {
  static const std::string kNames[] = {"0",      "1",         "vars",     "dense", "dense_1",
                                       "layers", "optimizer", "kernel:0", "x"};
  return one_in(random, 2) ? kNames[draw(random, std::size(kNames))] : name + std::to_string(draw(random, 3));
}

template <class Items>
void change_items(Items& items, Random& random) {
  if (items.empty()) return;
  const std::size_t place = draw(random, items.size());
  switch (draw(random, 4)) {
    case 0:
      items.erase(items.begin() + static_cast<std::ptrdiff_t>(place));
      break;
    case 1:
      items[place].name = other_name(items[place].name, random);
      break;
    case 2:
      std::swap(items[place].name, items[draw(random, items.size())].name);
      break;
    default: {
      const std::size_t times = one_in(random, 8) ? 100 : 1;
      const auto item = items[place];
      for (std::size_t i = 0; i < times; ++i) {
        items.push_back(item);
        items.back().name += "_" + std::to_string(i);
      }
    }
  }
}

// The same bytes as another shape, fewer or more of them, or another type.
void change_array(io::Array& array, Random& random) {
  std::vector<std::int64_t> dims(array.shape.begin(), array.shape.end());
  switch (draw(random, 4)) {
    case 0:
      std::reverse(dims.begin(), dims.end());
      break;
    case 1:
      dims.insert(dims.begin(), 1);
      break;
    case 2:
      dims = {static_cast<std::int64_t>(draw(random, 40))};
      break;
    default:
      array.dtype = static_cast<io::DType>(draw(random, 13));
  }
  std::int64_t size = static_cast<std::int64_t>(io::item_bytes(array.dtype));
  for (const std::int64_t length : dims) size *= length;
  std::vector<std::uint8_t> bytes(array.bytes.begin(), array.bytes.end());
  bytes.resize(static_cast<std::size_t>(size), 0x3F);
  array = io::owning_array(array.dtype, Shape(dims), std::move(bytes));
}

void change_value(io::Hdf5Value& value, Random& random) {
  if (auto* text = std::get_if<std::string>(&value)) {
    if (auto changed = changed_text(*text, random)) *text = std::move(*changed);
  } else if (auto* texts = std::get_if<std::vector<std::string>>(&value);
             texts != nullptr && !texts->empty()) {
    std::string& one = any_of(random, *texts);
    switch (draw(random, 3)) {
      case 0:
        one = any_of(random, *texts);
        break;
      case 1:
        texts->erase(texts->begin());
        break;
      default:
        texts->insert(texts->end(), one_in(random, 8) ? 1000 : 1, std::string(one));
    }
  } else {
    value = std::vector<std::string>{"a", "b"};
  }
}

void change(io::Hdf5Group& root, Random& random) {
  std::vector<io::Hdf5Group*> groups;
  collect(root, groups);
  io::Hdf5Group& at = *any_of(random, groups);
  switch (draw(random, 6)) {
    case 0:
      change_items(at.groups, random);
      break;
    case 1:
      change_items(at.datasets, random);
      break;
    case 2:
      if (!at.datasets.empty()) change_array(any_of(random, at.datasets).array, random);
      break;
    case 3:
      change_items(at.attributes, random);
      break;
    case 4: {  // a group in a group, or another's content
      io::Hdf5Group copy = *any_of(random, groups);
      copy.name = other_name(copy.name, random);
      at.groups.push_back(std::move(copy));
      break;
    }
    default:
      if (!at.attributes.empty()) change_value(any_of(random, at.attributes).value, random);
  }
}

}  // namespace

std::optional<Bytes> restructured_json(View text, Random& random) {
  const auto changed = changed_text({reinterpret_cast<const char*>(text.data()), text.size()}, random);
  if (!changed) return {};
  return bytes_of(*changed);
}

std::optional<Bytes> restructured_hdf5(View file, Random& random) {
  try {
    io::Hdf5Group root = io::parse_hdf5(file, "f");
    // A legacy file's configuration is where most of its meaning is.
    std::vector<io::Hdf5Attribute*> texts;
    for (io::Hdf5Attribute& attribute : root.attributes)
      if (std::holds_alternative<std::string>(attribute.value)) texts.push_back(&attribute);
    for (int i = num_changes(random); i > 0; --i)
      if (!texts.empty() && one_in(random, 2))
        change_value(any_of(random, texts)->value, random);
      else {
        change(root, random);
        texts.clear();
      }
    return io::to_hdf5(root);
  } catch (const Error&) {
    return {};
  }
}

std::optional<Bytes> restructured(View file, Random& random) {
  if (io::is_hdf5(file)) return restructured_hdf5(file, random);
  if (!begins_as_zip(file)) return restructured_json(file, random);
  std::vector<Packed> members = unpack_zip(file);
  if (members.empty()) return {};
  Packed& member = any_of(random, members);
  const auto content = io::is_hdf5(member.content) ? restructured_hdf5(member.content, random)
                                                   : restructured_json(member.content, random);
  if (!content) return {};
  member.content = *content;
  return pack_zip(members);
}

}  // namespace regulus::fuzz
