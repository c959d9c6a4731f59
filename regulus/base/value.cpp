// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/value.h"

#include "regulus/base/error.h"

namespace regulus {
namespace {

const char* type_name(const Value& value) {
  if (value.is_null()) return "null";
  if (value.is_bool()) return "a boolean";
  if (value.is_int()) return "an integer";
  if (value.is_number()) return "a number";
  if (value.is_string()) return "a string";
  return value.is_list() ? "a list" : "a dict";
}

[[noreturn]] void throw_type(const Value& value, const char* expected) {
  throw ConfigError({.where = "config",
                     .what = "a value has the wrong type",
                     .expected = expected,
                     .found = type_name(value)});
}

}  // namespace

bool Value::as_bool() const {
  if (const bool* v = std::get_if<bool>(&data_)) return *v;
  throw_type(*this, "a boolean");
}

std::int64_t Value::as_int() const {
  if (const std::int64_t* v = std::get_if<std::int64_t>(&data_)) return *v;
  throw_type(*this, "an integer");
}

double Value::as_double() const {
  if (const double* v = std::get_if<double>(&data_)) return *v;
  if (const std::int64_t* v = std::get_if<std::int64_t>(&data_)) return static_cast<double>(*v);
  throw_type(*this, "a number");
}

const std::string& Value::as_string() const {
  if (const std::string* v = std::get_if<std::string>(&data_)) return *v;
  throw_type(*this, "a string");
}

const Value::List& Value::as_list() const {
  if (const List* v = std::get_if<List>(&data_)) return *v;
  throw_type(*this, "a list");
}

const Value::Dict& Value::as_dict() const {
  if (const Dict* v = std::get_if<Dict>(&data_)) return *v;
  throw_type(*this, "a dict");
}

const Value* Value::find(std::string_view key) const {
  for (const Member& member : as_dict())
    if (member.first == key) return &member.second;
  return nullptr;
}

const Value& Value::at(std::string_view key) const {
  if (const Value* value = find(key)) return *value;
  throw ConfigError({.where = "config", .what = "\"" + std::string(key) + "\" is missing"});
}

}  // namespace regulus
