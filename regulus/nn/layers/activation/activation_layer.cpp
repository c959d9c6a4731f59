// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/activation/activation_layer.h"

#include <utility>

#include "regulus/nn/serialized.h"

namespace regulus {

ActivationLayer::ActivationLayer(Options options)
    : Layer(std::move(options.name), std::move(options.input_shape)),
      activation_(std::move(options.activation)) {}

ActivationLayer ActivationLayer::from_config(const Value& config) {
  LayerConfig reader("Activation", config);
  if (!reader.is_null("activation")) reader.required("activation", "a name");
  Options options{
      .activation = read_activation(reader), .name = reader.name(), .input_shape = reader.input_shape()};
  reader.finish();
  return ActivationLayer(std::move(options));
}

Value ActivationLayer::config() const {
  Value::Dict config = base_config();
  config.push_back({"activation", activation_.stored()});
  return config;
}

Shape ActivationLayer::output_shape(const Shape& input_shape) const {
  return activation_.output_shape(input_shape, where());
}

void ActivationLayer::lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t) const {
  activation_.lower(graph, name(), input_shape);
}

std::vector<std::string> ActivationLayer::notes() const {
  return activation_.notes(where());
}

}  // namespace regulus
