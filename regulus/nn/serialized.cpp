// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/serialized.h"

#include <utility>
#include <vector>

#include "regulus/nn/registry.h"

namespace regulus {
namespace {

// `Dense "dense_1"`, as far as the config has a name.
std::string layer_where(const char* class_name, const Value& config) {
  const Value* name = config.is_dict() ? config.find("name") : nullptr;
  if (!name || !name->is_string()) return class_name;
  return std::string(class_name) + " \"" + name->as_string() + "\"";
}

// [null, 28, 28] -> (28, 28).
Shape read_batch_shape(const ConfigReader& reader, const char* key, const Value& value) {
  const std::string rule = "a list of null and lengths";
  if (!value.is_list() || value.as_list().empty()) reader.refuse(key, rule, value);
  std::vector<std::int64_t> dims;
  for (const Value& length : value.as_list()) {
    if (dims.empty() && &length == &value.as_list().front()) continue;
    if (!length.is_null() && (!length.is_int() || length.as_int() < 0)) reader.refuse(key, rule, length);
    dims.push_back(length.is_null() ? Shape::kOpen : length.as_int());
  }
  return Shape(std::move(dims));
}

// "float32", or Keras's policy object of that name.
void require_float32(const ConfigReader& reader, const Value& dtype) {
  const Value* name = &dtype;
  if (dtype.is_dict()) {
    const Value* config = dtype.find("config");
    name = config && config->is_dict() ? config->find("name") : nullptr;
  }
  if (!name || !name->is_string() || name->as_string() != "float32")
    reader.refuse("dtype", "\"float32\"", name ? *name : dtype);
}

// An activation's layer as Keras 2 wrote it.
Value with_todays_words(const std::string& class_name, const Value& config) {
  if (class_name != "LeakyReLU" || !config.is_dict()) return config;
  Value::Dict renamed;
  for (const Value::Member& member : config.as_dict())
    renamed.push_back({member.first == "alpha" ? "negative_slope" : member.first, member.second});
  return renamed;
}

}  // namespace

Value batch_shape_value(const Shape& row) {
  Value::List shape{nullptr};
  for (const std::int64_t length : row)
    if (length == Shape::kOpen)
      shape.emplace_back();
    else
      shape.emplace_back(length);
  return shape;
}

Value serialized(const char* module, const std::string& class_name, Value config) {
  if (class_name.empty()) return nullptr;
  return Value::Dict{{"module", module},
                     {"class_name", class_name},
                     {"config", std::move(config)},
                     {"registered_name", nullptr}};
}

Serialized read_serialized(ConfigReader& reader, const char* key, const Value& value) {
  if (value.is_string()) return {value.as_string(), nullptr};
  const Value* name = value.is_dict() ? value.find("class_name") : nullptr;
  const Value* config = value.is_dict() ? value.find("config") : nullptr;
  if (!name || !name->is_string() || !config)
    reader.refuse(key, "a name or an object with class_name and config", value);
  return {name->as_string(), config};
}

void throw_as_member(const std::string& where, const char* key, const Error& error) {
  ErrorInfo info = error.info();
  const bool is_identifier = !info.what.empty() && info.what.front() == '"';
  info.what = std::string(key) + (is_identifier ? " " : ": ") + info.what;
  info.where = where;
  throw ConfigError(std::move(info));
}

Activation read_activation(ConfigReader& reader) {
  const Value* stored = reader.find("activation");
  if (!stored || stored->is_null()) return Activation();
  const Serialized object = read_serialized(reader, "activation", *stored);
  try {
    if (!object.config) return Activation(object.name);
    // {"class_name": "function", "config": "relu6"}
    if (object.config->is_string()) return Activation(object.config->as_string());
    return Activation(layer_from_config(object.name, with_todays_words(object.name, *object.config)));
  } catch (const Error& error) {
    throw_as_member(reader.where(), "activation", error);
  }
}

LayerConfig::LayerConfig(const char* class_name, const Value& config)
    : ConfigReader(layer_where(class_name, config), config),
      name_(text("name", "")),
      trainable_(flag("trainable", true)) {
  if (const Value* dtype = find("dtype")) require_float32(*this, *dtype);
  for (const char* key : {"batch_shape", "batch_input_shape"})
    if (const Value* shape = find(key)) input_shape_ = read_batch_shape(*this, key, *shape);
}

}  // namespace regulus
