// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/config_reader.h"

#include <algorithm>
#include <utility>

#include "regulus/base/check.h"
#include "regulus/base/error.h"
#include "regulus/base/names.h"

namespace regulus {
namespace {

std::string described(const Value& value) {
  if (value.is_null()) return "null";
  if (value.is_bool()) return value.as_bool() ? "true" : "false";
  if (value.is_int()) return std::to_string(value.as_int());
  if (value.is_number()) return number_text(value.as_double());
  if (value.is_string()) return "\"" + value.as_string() + "\"";
  return value.is_list() ? "a list" : "a dict";
}

}  // namespace

ConfigReader::ConfigReader(std::string where, const Value& config)
    : where_(std::move(where)), config_(config) {
  if (config.is_dict()) return;
  throw ConfigError({.where = where_, .what = "the config must be a dict, got " + described(config)});
}

void ConfigReader::refuse(const char* key, const std::string& rule, const Value& found) const {
  throw ConfigError(
      {.where = where_, .what = std::string(key) + " must be " + rule + ", got " + described(found)});
}

const Value* ConfigReader::find(const char* key) {
  if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.push_back(key);
  const Value* value = config_.find(key);
  return value && !value->is_null() ? value : nullptr;
}

bool ConfigReader::is_null(const char* key) {
  const Value* value = config_.find(key);
  return value && value->is_null();
}

void ConfigReader::refuse_null(const char* key, const std::string& rule) {
  if (is_null(key)) refuse(key, rule, nullptr);
}

const Value& ConfigReader::required(const char* key, const std::string& rule) {
  refuse_null(key, rule);
  const Value* value = find(key);
  if (value) return *value;
  throw ConfigError(
      {.where = where_, .what = std::string(key) + " is missing", .fix = "It must be " + rule + "."});
}

bool ConfigReader::flag(const char* key, bool fallback) {
  const Value* value = find(key);
  if (!value) return fallback && !is_null(key);
  if (!value->is_bool()) refuse(key, "true or false", *value);
  return value->as_bool();
}

std::int64_t ConfigReader::integer(const char* key, std::int64_t fallback) {
  refuse_null(key, "an integer");
  const Value* value = find(key);
  if (!value) return fallback;
  if (!value->is_int()) refuse(key, "an integer", *value);
  return value->as_int();
}

double ConfigReader::number(const char* key, double fallback) {
  refuse_null(key, "a number");
  return optional_number(key).value_or(fallback);
}

double ConfigReader::required_number(const char* key) {
  required(key, "a number");
  return number(key, 0);
}

std::int64_t ConfigReader::required_integer(const char* key) {
  required(key, "an integer");
  return integer(key, 0);
}

std::string ConfigReader::text(const char* key, const std::string& fallback) {
  if (!fallback.empty()) refuse_null(key, "a string");
  const Value* value = find(key);
  if (!value) return fallback;
  if (!value->is_string()) refuse(key, "a string", *value);
  return value->as_string();
}

std::optional<double> ConfigReader::optional_number(const char* key) {
  const Value* value = find(key);
  if (!value) return {};
  if (!value->is_number()) refuse(key, "a number", *value);
  return value->as_double();
}

std::vector<std::int64_t> ConfigReader::integers(const char* key) {
  const std::string rule = "a list of integers";
  std::vector<std::int64_t> integers;
  const Value* value = find(key);
  if (!value) return integers;
  if (!value->is_list()) refuse(key, rule, *value);
  for (const Value& item : value->as_list()) {
    if (!item.is_int()) refuse(key, rule, item);
    integers.push_back(item.as_int());
  }
  return integers;
}

std::optional<std::uint64_t> ConfigReader::seed(const char* key) {
  const Value* value = find(key);
  if (!value) return {};
  if (!value->is_int()) refuse(key, "an integer", *value);
  return static_cast<std::uint64_t>(value->as_int());
}

void ConfigReader::require_only(const char* key, const Value& only) {
  const Value* value = find(key);
  if (value && *value != only) refuse(key, described(only) + " here", *value);
}

void ConfigReader::require_only_not_null(const char* key, const Value& only) {
  refuse_null(key, described(only));
  require_only(key, only);
}

void ConfigReader::finish() const {
  for (const auto& [key, value] : config_.as_dict())
    if (!value.is_null() && std::find(known_.begin(), known_.end(), key) == known_.end())
      throw ConfigError({.where = where_,
                         .what = "the config key \"" + key + "\" is not known",
                         .fix = did_you_mean(key, known_)});
}

}  // namespace regulus
