// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "regulus/base/error.h"
#include "regulus/saving/keras/config.h"
#include "regulus/saving/keras/config_words.h"
#include "regulus/saving/keras/optimizer_config.h"

namespace regulus::keras {
namespace {

[[noreturn]] void throw_config(const std::string& where, std::string what) {
  throw ConfigError({.where = where, .what = std::move(what), .expected = "", .found = "", .fix = ""});
}

// tf_keras writes "Custom>Nadam" for its own optimizers.
std::string without_package(const std::string& name) {
  const std::size_t end = name.rfind('>');
  return end == std::string::npos ? name : name.substr(end + 1);
}

// A plain name, or class_name and config.
template <class T>
T read(const char* what, const Value& value, Numbers numbers) {
  if (value.is_string()) return T(without_package(value.as_string()));
  const Value* name = value.is_dict() ? value.find("class_name") : nullptr;
  const Value* config = value.is_dict() ? value.find("config") : nullptr;
  if (name == nullptr || !name->is_string() || config == nullptr)
    throw_config(what, "it must be a name, or class_name and config");
  if (const Value* module = value.find("module"); module != nullptr && module->is_string())
    if (!is_keras_module(module->as_string()) && module->as_string() != "builtins")
      throw_config(what, "its class comes from the module \"" + module->as_string() + "\", not from Keras");
  // A function such as {"class_name": "function", "config": "mse"}.
  if (config->is_string()) return T(config->as_string());
  const std::string class_name = without_package(name->as_string());
  return T::from_config(class_name, translated(class_name, *config, numbers));
}

// tf_keras wraps a metric's function.
Metric read_metric(const Value& value, Numbers numbers) {
  const Value* name = value.is_dict() ? value.find("class_name") : nullptr;
  const Value* config = value.is_dict() ? value.find("config") : nullptr;
  if (name != nullptr && *name == Value("MeanMetricWrapper") && config != nullptr && config->is_dict())
    if (const Value* given = config->find("name"); given != nullptr && given->is_string())
      return Metric(given->as_string());
  return read<Metric>("metric", value, numbers);
}

// Keras nests the metrics of each output in a list of their own.
void add_metrics(std::vector<Metric>& metrics, const Value& value, Numbers numbers, int depth = 0) {
  if (value.is_null()) return;
  if (!value.is_list() || depth > 1) {
    metrics.push_back(read_metric(value, numbers));
    return;
  }
  for (const Value& item : value.as_list()) add_metrics(metrics, item, numbers, depth + 1);
}

// The member, one of a list of one.
const Value* member(const Value& config, const char* key) {
  const Value* value = config.find(key);
  if (value != nullptr && value->is_list() && value->as_list().size() == 1) value = &value->as_list().front();
  return value != nullptr && !value->is_null() ? value : nullptr;
}

CompileOptions read_options(const Value& config, Numbers numbers) {
  if (!config.is_dict()) throw_config("compile", "the config must be a dict");
  CompileOptions options;
  const Value* optimizer = member(config, "optimizer");
  if (optimizer == nullptr) optimizer = member(config, "optimizer_config");  // in a legacy .h5 file
  if (optimizer == nullptr) throw_config("compile", "optimizer is missing");
  options.optimizer = read_optimizer_config(*optimizer, numbers);
  const Value* loss = member(config, "loss");
  if (loss == nullptr) throw_config("compile", "loss is missing");
  options.loss = read<Loss>("loss", *loss, numbers);
  for (const char* key : {"loss_weights", "weighted_metrics"})
    if (member(config, key) != nullptr) throw_config("compile", std::string(key) + " is not supported");
  if (const Value* metrics = config.find("metrics")) add_metrics(options.metrics, *metrics, numbers);
  return options;
}

}  // namespace

std::string compile_from(Sequential& model, const Value& config, Numbers numbers) {
  if (config == Value(Value::Dict{})) return "";  // Keras's word for a model that is not compiled
  try {
    model.compile(read_options(config, numbers));
    return "";
  } catch (const ConfigError& error) {
    return std::string("the model is not compiled: ") + error.what();
  }
}

}  // namespace regulus::keras
