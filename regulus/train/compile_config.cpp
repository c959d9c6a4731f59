// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/config_reader.h"
#include "regulus/base/error.h"
#include "regulus/train/state.h"

namespace regulus {
namespace {

template <class Object>
Value described(const Object& object) {
  // As Keras writes down a function: by its name.
  if constexpr (requires { object.is_own(); })
    if (object.is_own()) return Value::Dict{{"class_name", "function"}, {"config", object.config()}};
  return Value::Dict{{"class_name", object.class_name()}, {"config", object.config()}};
}

[[noreturn]] void throw_own(const std::string& where, const Value& name) {
  throw ConfigError({.where = where,
                     .what = "\"" + (name.is_string() ? name.as_string() : std::string()) +
                             "\" is a function of one's own, of which only the name was kept",
                     .fix = "Compile the model with it again."});
}

template <class T>
T read_described(const std::string& where, const Value& value) {
  ConfigReader reader(where, value);
  const std::string class_name = reader.text("class_name", "");
  const Value* config = reader.find("config");
  reader.finish();
  if (config == nullptr) throw ConfigError({.where = where, .what = "config is missing"});
  if (class_name == "function") throw_own(where, *config);
  return T::from_config(class_name, *config);
}

}  // namespace

Value Sequential::compile_config() const {
  state().require_compiled("compile_config");
  Value::List metrics;
  for (const Metric& metric : state().metrics) metrics.push_back(described(metric));
  return Value::Dict{{"optimizer", described(**state().optimizer)},
                     {"loss", described(*state().loss)},
                     {"metrics", std::move(metrics)}};
}

void Sequential::compile_from_config(const Value& config) {
  ConfigReader reader("compile", config);
  const Value* optimizer = reader.find("optimizer");
  const Value* loss = reader.find("loss");
  const Value* metrics = reader.find("metrics");
  reader.finish();
  CompileOptions options;
  if (optimizer != nullptr) options.optimizer = read_described<OptimizerPtr>("optimizer", *optimizer);
  if (loss != nullptr) options.loss = read_described<Loss>("loss", *loss);
  if (metrics != nullptr) {
    if (!metrics->is_list()) reader.refuse("metrics", "a list", *metrics);
    for (const Value& metric : metrics->as_list())
      options.metrics.push_back(read_described<Metric>("metric", metric));
  }
  compile(std::move(options));
}

}  // namespace regulus
