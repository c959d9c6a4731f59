// SPDX-License-Identifier: Apache-2.0
#include "support/golden.h"

#include <fstream>
#include <limits>
#include <map>
#include <stdexcept>

namespace regulus::testing {

const nlohmann::json& golden(const std::string& file) {
  static std::map<std::string, nlohmann::json> parsed;
  const auto known = parsed.find(file);
  if (known != parsed.end()) return known->second;
  std::ifstream stream(std::string(REGULUS_GOLDEN_DIR) + "/" + file);
  if (!stream) throw std::runtime_error("there is no golden file " + file);
  return parsed[file] = nlohmann::json::parse(stream);
}

double number(const nlohmann::json& json) {
  if (json.is_number()) return json.get<double>();
  const auto text = json.get<std::string>();
  if (text == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (text == "inf") return std::numeric_limits<double>::infinity();
  if (text == "-inf") return -std::numeric_limits<double>::infinity();
  throw std::runtime_error("not a number: " + text);
}

Tensor tensor(const nlohmann::json& json) {
  if (!json.is_object()) return Tensor(Shape{}, {static_cast<float>(number(json))});
  std::vector<float> values;
  for (const auto& item : json.at("data")) values.push_back(static_cast<float>(number(item)));
  return Tensor(Shape(json.at("shape").get<std::vector<std::int64_t>>()), std::move(values));
}

std::vector<Tensor> tensors(const nlohmann::json& list) {
  std::vector<Tensor> all;
  for (const auto& each : list) all.push_back(tensor(each));
  return all;
}

std::vector<std::int32_t> labels(const nlohmann::json& json) {
  return (json.is_object() ? json.at("data") : json).get<std::vector<std::int32_t>>();
}

Value value(const nlohmann::json& json) {
  if (json.is_null()) return nullptr;
  if (json.is_boolean()) return json.get<bool>();
  if (json.is_number_integer()) return json.get<std::int64_t>();
  if (json.is_number()) return json.get<double>();
  if (json.is_string()) return json.get<std::string>();
  if (json.is_array()) {
    Value::List list;
    for (const auto& item : json) list.push_back(value(item));
    return list;
  }
  Value::Dict dict;
  for (const auto& [key, item] : json.items()) dict.emplace_back(key, value(item));
  return dict;
}

}  // namespace regulus::testing
