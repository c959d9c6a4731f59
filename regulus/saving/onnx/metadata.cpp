// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/onnx/metadata.h"

#include <string_view>

#include "regulus/base/json.h"

namespace regulus::onnx {
namespace {

void add_entry(Message& model, const char* key, const Value& value) {
  if (value.is_null() || (value.is_dict() && value.as_dict().empty())) return;
  Message entry;
  entry.add_text(1, key);
  entry.add_text(2, to_json(value));
  model.add_message(14, entry);
}

// {LAYER: {ARGUMENT: …}} of the arguments that end so, where they are set.
Value arguments(const Sequential& source, std::string_view ending) {
  Value::Dict layers;
  for (const LayerPtr& layer : source.layers()) {
    const Value config = layer->config();
    Value::Dict found;
    for (const auto& [key, value] : config.as_dict())
      if (key.ends_with(ending) && !value.is_null()) found.emplace_back(key, value);
    if (!found.empty()) layers.emplace_back(layer->name(), std::move(found));
  }
  return layers;
}

Value penalties(const Sequential& source) {
  Value::Dict layers = arguments(source, "_regularizer").as_dict();
  for (const LayerPtr& layer : source.layers())
    if (std::string_view(layer->class_name()) == "ActivityRegularization") {
      const Value config = layer->config();
      layers.emplace_back(layer->name(), Value::Dict{{"l1", config.at("l1")}, {"l2", config.at("l2")}});
    }
  return layers;
}

Value draws(const Sequential& source, const std::string& training) {
  Value::Dict layers;
  for (const LayerPtr& layer : source.layers())
    if (layer->stochastic()) layers.emplace_back(layer->name(), layer->class_name());
  return Value::Dict{{"input", training.empty() ? Value() : Value(training)}, {"layers", std::move(layers)}};
}

}  // namespace

void add_metadata(Message& model, const Sequential& source, const ModelNotes& notes,
                  const OnnxOptions& options, const std::string& training) {
  add_entry(model, "regulus.penalties", penalties(source));
  add_entry(model, "regulus.constraints", arguments(source, "_constraint"));
  if (options.monte_carlo) add_entry(model, "regulus.monte_carlo", draws(source, training));
  if (notes.normalization) add_entry(model, "regulus.normalization", notes.normalization->config());
  if (options.temperature) add_entry(model, "regulus.temperature", *options.temperature);
  if (!notes.class_names.empty())
    add_entry(model, "regulus.class_names", Value::List(notes.class_names.begin(), notes.class_names.end()));
  if (!notes.column_names.empty())
    add_entry(model, "regulus.column_names",
              Value::List(notes.column_names.begin(), notes.column_names.end()));
  if (!notes.data_set.empty()) add_entry(model, "regulus.data_set", notes.data_set);
}

}  // namespace regulus::onnx
