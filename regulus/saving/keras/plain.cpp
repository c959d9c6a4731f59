// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/keras/plain.h"

namespace regulus::keras {
namespace {

// What is in the wrapper, or nullptr if the dict is none.
const Value* inside(const Value& dict) {
  const Value* name = dict.find("class_name");
  const std::size_t members = dict.as_dict().size();
  if (name == nullptr) {
    const Value* type = dict.find("type");
    return members == 2 && type != nullptr && type->is_string() ? dict.find("value") : nullptr;
  }
  if (members != 2) return nullptr;
  if (*name == Value("__tuple__") || *name == Value("TensorShape")) return dict.find("items");
  const Value* config = dict.find("config");
  const bool array = *name == Value("__numpy__") || *name == Value("__tensor__");
  return array && config != nullptr && config->is_dict() ? config->find("value") : nullptr;
}

}  // namespace

// The JSON's depth is limited.
Value plain(const Value& value) {
  if (value.is_list()) {
    Value::List list;
    list.reserve(value.as_list().size());
    for (const Value& item : value.as_list()) list.push_back(plain(item));
    return list;
  }
  if (!value.is_dict()) return value;
  if (const Value* wrapped = inside(value)) return plain(*wrapped);
  Value::Dict dict;
  dict.reserve(value.as_dict().size());
  for (const auto& [key, member] : value.as_dict()) dict.emplace_back(key, plain(member));
  return dict;
}

}  // namespace regulus::keras
