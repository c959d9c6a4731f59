// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/reshaping/flatten.h"

#include <utility>

#include "regulus/nn/serialized.h"

namespace regulus {

Flatten::Flatten(Options options) : Layer(std::move(options.name), std::move(options.input_shape)) {}

Flatten Flatten::from_config(const Value& config) {
  LayerConfig reader("Flatten", config);
  reader.require_only("data_format", "channels_last");
  reader.finish();
  return Flatten({.name = reader.name(), .input_shape = reader.input_shape()});
}

Value Flatten::config() const {
  Value::Dict config = base_config();
  config.push_back({"data_format", "channels_last"});
  return config;
}

Shape Flatten::output_shape(const Shape& input_shape) const {
  return Shape{input_shape.size()};
}

}  // namespace regulus
