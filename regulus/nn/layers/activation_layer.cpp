// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/activation_layer.h"

#include <utility>

#include "regulus/base/error.h"
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
  config.push_back({"activation", activation_.name()});
  return config;
}

Shape ActivationLayer::output_shape(const Shape& input_shape) const {
  if (activation_.works_on_rows() && input_shape.rank() != 1)
    throw ShapeError({.where = where(),
                      .what = activation_.name() + " needs rows of rank 1",
                      .expected = "(None, n)",
                      .found = to_batch_string(input_shape),
                      .fix = "Add a Flatten layer before it."});
  return input_shape;
}

void ActivationLayer::lower(plan::Graph& graph, const Shape&, std::uint32_t) const {
  activation_.lower(graph, name());
}

}  // namespace regulus
