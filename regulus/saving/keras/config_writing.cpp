// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "regulus/nn/open_rows.h"
#include "regulus/nn/serialized.h"
#include "regulus/saving/keras/config.h"
#include "regulus/saving/keras/config_words.h"
#include "regulus/saving/keras/group_names.h"
#include "regulus/saving/keras/optimizer_config.h"

namespace regulus::keras {
namespace {

Value layer_entry(const Layer& layer, const Shape& input) {
  Counterpart stored = counterpart(layer);
  Value::Dict entry = {{"module", "keras.layers"},
                       {"class_name", stored.class_name},
                       {"config", std::move(stored.config)},
                       {"registered_name", nullptr},
                       {"build_config", Value::Dict{{"input_shape", batch_shape_value(input)}}}};
  if (stored.class_name != layer.class_name()) {
    Value::Dict own{{"class_name", layer.class_name()}};
    if (!stored.own_config.is_null()) own.emplace_back("config", std::move(stored.own_config));
    entry.emplace_back("regulus", std::move(own));
  }
  return entry;
}

// An input layer needs a name that no layer has.
std::string input_name(const Sequential& model) {
  std::string name = "input_layer";
  const auto taken = [&](const LayerPtr& layer) { return layer->name() == name; };
  while (std::any_of(model.layers().begin(), model.layers().end(), taken)) name += "_";
  return name;
}

// A function of the user's own, as Keras writes one: whoever loads the file must have it.
Value function_entry(const std::string& name) {
  return Value::Dict{
      {"module", "builtins"}, {"class_name", "function"}, {"config", name}, {"registered_name", "function"}};
}

// "accuracy" follows the loss and has no class; everything else is an object.
Value metric_entry(const Metric& metric) {
  if (metric.class_name() == "accuracy" || metric.class_name() == "crossentropy") return metric.name();
  return metric.is_own() ? function_entry(metric.name()) : stored("keras.metrics", metric);
}

}  // namespace

std::vector<std::string> stored_class_names(const Sequential& model) {
  std::vector<std::string> names;
  for (const LayerPtr& layer : model.layers()) names.push_back(counterpart(*layer).class_name);
  return names;
}

KerasModel as_keras(const Sequential& model) {
  KerasModel out;
  out.description = {model.name(), model.layers(), model.input_shape()};
  GroupNames names;
  for (const std::string& class_name : stored_class_names(model))
    out.stored.push_back({{names.next(class_name)}, "", out.stored.size()});
  return out;
}

Value model_config(const Sequential& model) {
  Value::List layers;
  layers.emplace_back(
      Value::Dict{{"module", "keras.layers"},
                  {"class_name", "InputLayer"},
                  {"config", Value::Dict{{"batch_shape", batch_shape_value(model.input_shape())},
                                         {"dtype", "float32"},
                                         {"sparse", false},
                                         {"name", input_name(model)}}},
                  {"registered_name", nullptr}});
  Shape shape = model.input_shape();
  for (const LayerPtr& layer : model.layers()) {
    layers.push_back(layer_entry(*layer, shape));
    shape = output_rows(*layer, shape);
  }
  const Value input = batch_shape_value(model.input_shape());
  return Value::Dict{{"module", "keras"},
                     {"class_name", "Sequential"},
                     {"config", Value::Dict{{"name", model.name()},
                                            {"trainable", true},
                                            {"dtype", "float32"},
                                            {"layers", std::move(layers)},
                                            {"build_input_shape", input}}},
                     {"registered_name", nullptr},
                     {"build_config", Value::Dict{{"input_shape", input}}}};
}

Value compile_config(const Sequential& model) {
  Value::List metrics;
  for (const Metric& metric : model.metrics()) metrics.push_back(metric_entry(metric));
  return Value::Dict{{"optimizer", stored_optimizer(model.optimizer())},
                     {"loss", model.loss().is_own() ? function_entry(model.loss().class_name())
                                                    : stored("keras.losses", model.loss())},
                     {"loss_weights", nullptr},
                     {"metrics", std::move(metrics)},
                     {"weighted_metrics", nullptr},
                     {"run_eagerly", false},
                     {"steps_per_execution", 1},
                     {"jit_compile", "auto"}};
}

}  // namespace regulus::keras
