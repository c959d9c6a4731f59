// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/normalization/unit_normalization.h"

#include <utility>

#include "regulus/nn/layers/axis_order.h"
#include "regulus/nn/layers/row_shape.h"
#include "regulus/nn/serialized.h"
#include "regulus/nn/weights.h"
#include "regulus/plan/steps/unit_normalization.h"

namespace regulus {

UnitNormalization::UnitNormalization(Options options)
    : Layer(std::move(options.name), std::move(options.input_shape)), axis_(std::move(options.axis)) {
  if (axis_.count() == 0)
    throw_config(where("UnitNormalization", name()), "axis must name at least one axis");
}

UnitNormalization UnitNormalization::from_config(const Value& config) {
  LayerConfig reader("UnitNormalization", config);
  Options options{
      .axis = RowAxes::read(reader, "axis", -1), .name = reader.name(), .input_shape = reader.input_shape()};
  reader.finish();
  return UnitNormalization(std::move(options));
}

Value UnitNormalization::config() const {
  Value::Dict config = base_config();
  config.push_back({"axis", axis_.value()});
  return config;
}

Shape UnitNormalization::output_shape(const Shape& input_shape) const {
  axis_.of_row(input_shape, where());
  require_row_size(where(), input_shape);
  return input_shape;
}

void UnitNormalization::lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t) const {
  const std::vector<std::size_t> axes = axis_.of_row(input_shape, where());
  plan::UnitNormalizationSpec spec{name(), 1};
  for (const std::size_t axis : axes) spec.length *= input_shape[axis];
  lower_with_last(graph, name(), input_shape, axes,
                  [&] { graph.add<plan::UnitNormalizationStep>(std::move(spec)); });
}

}  // namespace regulus
