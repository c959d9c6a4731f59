// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/keras/dtypes.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "regulus/base/error.h"
#include "regulus/base/json.h"

namespace regulus::keras {
namespace {

constexpr std::array<std::string_view, 5> kPolicies = {"float16", "bfloat16", "float64", "mixed_float16",
                                                       "mixed_bfloat16"};
constexpr std::array<std::string_view, 4> kInputs = {"float", "bfloat", "int", "uint"};

// "float16", or {"class_name": "DTypePolicy", "config": {"name": "float16"}}; empty if it is neither.
std::string policy_name(const Value& dtype) {
  const Value* name = &dtype;
  if (dtype.is_dict()) {
    const Value* config = dtype.find("config");
    name = config != nullptr && config->is_dict() ? config->find("name") : nullptr;
  }
  return name != nullptr && name->is_string() ? name->as_string() : "";
}

[[noreturn]] void refuse(const std::string& where, const Value& dtype, std::string what, std::string fix) {
  const std::string name = policy_name(dtype);
  throw ConfigError({.where = where,
                     .what = std::move(what),
                     .found = name.empty() ? to_json(dtype) : name,
                     .fix = std::move(fix)});
}

}  // namespace

void Policies::take(const Value& dtype, const std::string& where) {
  if (dtype.is_null()) return;
  const std::string name = policy_name(dtype);
  if (name == "float32") return;
  if (std::find(kPolicies.begin(), kPolicies.end(), name) == kPolicies.end())
    refuse(where, dtype, "its dtype policy is not read", "Save the model with a policy of floats.");
  names_.insert(name);
}

std::string Policies::notice() const {
  if (names_.empty()) return "";
  std::string all;
  for (const std::string& name : names_) all += (all.empty() ? "" : ", ") + name;
  return "the file's dtype policy is " + all + ": everything is computed in float32.";
}

void require_numeric_input(const Value& dtype, const std::string& where) {
  const std::string name = policy_name(dtype);
  if (dtype.is_null() || name == "bool") return;
  for (const std::string_view kind : kInputs)
    if (name.starts_with(kind)) return;
  refuse(where, dtype, "its input is not numbers", "");
}

}  // namespace regulus::keras
