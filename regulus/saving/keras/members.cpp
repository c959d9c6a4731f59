// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/keras/members.h"

#include "regulus/base/error.h"
#include "regulus/base/json.h"

namespace regulus::keras {

void throw_member(const std::string& where, std::string what, std::string found, std::string fix) {
  throw ConfigError(
      {.where = where, .what = std::move(what), .found = std::move(found), .fix = std::move(fix)});
}

const Value* find_member(const Value& dict, const char* key) {
  const Value* value = dict.is_dict() ? dict.find(key) : nullptr;
  return value != nullptr && !value->is_null() ? value : nullptr;
}

const Value& required(const Value& dict, const char* key, const std::string& where) {
  const Value* value = find_member(dict, key);
  if (value == nullptr) throw_member(where, std::string(key) + " is missing");
  return *value;
}

const std::string& required_text(const Value& dict, const char* key, const std::string& where) {
  const Value& value = required(dict, key, where);
  if (!value.is_string()) throw_member(where, std::string(key) + " must be a string", to_json(value));
  return value.as_string();
}

std::string text_or_empty(const Value& dict, const char* key) {
  const Value* value = find_member(dict, key);
  return value != nullptr && value->is_string() ? value->as_string() : "";
}

std::string layer_where(const Value& entry, std::size_t number) {
  std::string where = "layer " + std::to_string(number);
  const Value* config = find_member(entry, "config");
  std::string name = config != nullptr ? text_or_empty(*config, "name") : "";
  if (name.empty()) name = text_or_empty(entry, "name");
  if (!name.empty()) where += " \"" + name + "\"";
  const std::string class_name = text_or_empty(entry, "class_name");
  return class_name.empty() ? where : where + " (" + class_name + ")";
}

}  // namespace regulus::keras
