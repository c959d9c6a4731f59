// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/softmax.h"

#include <utility>

#include "regulus/nn/layers/row_shape.h"
#include "regulus/nn/row_axes.h"
#include "regulus/nn/serialized.h"
#include "regulus/plan/steps/axis_softmax.h"
#include "regulus/plan/steps/softmax.h"

namespace regulus {

Softmax::Softmax(Options options)
    : Layer(std::move(options.name), std::move(options.input_shape)), axis_(options.axis) {}

Softmax Softmax::from_config(const Value& config) {
  LayerConfig reader("Softmax", config);
  Options options{
      .axis = reader.integer("axis", -1), .name = reader.name(), .input_shape = reader.input_shape()};
  reader.finish();
  return Softmax(std::move(options));
}

Value Softmax::config() const {
  Value::Dict config = base_config();
  config.push_back({"axis", axis_});
  return config;
}

Shape Softmax::output_shape(const Shape& input_shape) const {
  RowAxes(axis_).of_row(input_shape, where());
  require_row_size(where(), input_shape);
  return input_shape;
}

void Softmax::lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t) const {
  const std::size_t axis = RowAxes(axis_).of_row(input_shape, where())[0];
  const std::int64_t length = input_shape[axis];
  std::int64_t inner = 1;
  for (std::size_t after = axis + 1; after < input_shape.rank(); ++after) inner *= input_shape[after];
  if (length == input_shape.size())
    graph.add<plan::SoftmaxStep>(plan::SoftmaxSpec{name(), false});
  else
    graph.add<plan::AxisSoftmaxStep>(plan::AxisSoftmaxSpec{name(), length, inner});
}

}  // namespace regulus
