// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/activation/softmax.h"

#include <utility>

#include "regulus/nn/layers/axis_order.h"
#include "regulus/nn/layers/row_shape.h"
#include "regulus/nn/serialized.h"
#include "regulus/nn/weights.h"
#include "regulus/plan/steps/axis_softmax.h"
#include "regulus/plan/steps/softmax.h"

namespace regulus {

Softmax::Softmax(Options options)
    : Layer(std::move(options.name), std::move(options.input_shape)), axis_(std::move(options.axis)) {
  if (axis_.count() == 0) throw_config(where("Softmax", name()), "axis must name at least one axis");
}

Softmax Softmax::from_config(const Value& config) {
  LayerConfig reader("Softmax", config);
  Options options{
      .axis = RowAxes::read(reader, "axis", -1), .name = reader.name(), .input_shape = reader.input_shape()};
  reader.finish();
  return Softmax(std::move(options));
}

Value Softmax::config() const {
  Value::Dict config = base_config();
  config.push_back({"axis", axis_.value()});
  return config;
}

Shape Softmax::output_shape(const Shape& input_shape) const {
  axis_.of_row(input_shape, where());
  require_row_size(where(), input_shape);
  return input_shape;
}

void Softmax::lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t) const {
  const std::vector<std::size_t> axes = axis_.of_row(input_shape, where());
  std::int64_t length = 1;
  for (const std::size_t axis : axes) length *= input_shape[axis];
  std::int64_t inner = 1;
  for (std::size_t after = axes.back() + 1; after < input_shape.rank(); ++after) inner *= input_shape[after];
  const bool neighbours = axes.back() - axes.front() + 1 == axes.size();
  if (length == input_shape.size())
    graph.add<plan::SoftmaxStep>(plan::SoftmaxSpec{name(), false});
  else if (neighbours)
    graph.add<plan::AxisSoftmaxStep>(plan::AxisSoftmaxSpec{name(), length, inner});
  else
    lower_with_last(graph, name(), input_shape, axes, [&] {
      graph.add<plan::AxisSoftmaxStep>(plan::AxisSoftmaxSpec{name(), length, 1});
    });
}

}  // namespace regulus
