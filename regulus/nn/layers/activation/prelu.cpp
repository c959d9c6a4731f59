// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/activation/prelu.h"

#include <algorithm>
#include <utility>

#include "regulus/base/error.h"
#include "regulus/nn/layers/row_shape.h"
#include "regulus/nn/serialized.h"
#include "regulus/nn/weights.h"
#include "regulus/plan/steps/prelu.h"

namespace regulus {

PReLU::PReLU(Options options)
    : Layer(std::move(options.name), std::move(options.input_shape)),
      alpha_initializer_(std::move(options.alpha_initializer)),
      alpha_regularizer_(std::move(options.alpha_regularizer)),
      alpha_constraint_(std::move(options.alpha_constraint)),
      shared_axes_(std::move(options.shared_axes)) {
  std::vector<int> sorted = shared_axes_;
  std::sort(sorted.begin(), sorted.end());
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  for (const int axis : shared_axes_)
    if (axis < 1 || (twice != sorted.end() && axis == *twice))
      throw_config(where("PReLU", name()),
                   "shared_axes must hold axes >= 1, each once, got " + std::to_string(axis),
                   "Axis 0, the batch, is always shared.");
}

PReLU PReLU::from_config(const Value& config) {
  LayerConfig reader("PReLU", config);
  Options options;
  options.alpha_initializer = read_object<Initializer>(reader, "alpha_initializer", "zeros");
  options.alpha_regularizer = read_object<Regularizer>(reader, "alpha_regularizer", {});
  options.alpha_constraint = read_object<Constraint>(reader, "alpha_constraint", {});
  for (const std::int64_t axis : reader.integers("shared_axes"))
    options.shared_axes.push_back(static_cast<int>(std::clamp<std::int64_t>(axis, 0, 1 << 30)));
  options.name = reader.name();
  options.input_shape = reader.input_shape();
  reader.finish();
  return PReLU(std::move(options));
}

Value PReLU::config() const {
  Value::Dict config = base_config();
  config.push_back({"alpha_initializer", stored("keras.initializers", alpha_initializer_)});
  config.push_back({"alpha_regularizer", stored("keras.regularizers", alpha_regularizer_)});
  config.push_back({"alpha_constraint", stored("keras.constraints", alpha_constraint_)});
  config.push_back({"shared_axes", shared_axes_.empty()
                                       ? Value()
                                       : Value(Value::List(shared_axes_.begin(), shared_axes_.end()))});
  return config;
}

Shape PReLU::output_shape(const Shape& input_shape) const {
  if (input_shape.empty()) require_row_rank(where(), input_shape, 1, "(None, n)");
  require_row_size(where(), input_shape);
  for (const int axis : shared_axes_)
    if (axis > static_cast<int>(input_shape.rank()))
      throw ShapeError({.where = where(),
                        .what = "the rows lack the shared axis " + std::to_string(axis),
                        .found = to_batch_string(input_shape)});
  return input_shape;
}

std::vector<std::pair<std::string, Shape>> PReLU::weight_shapes(const Shape& input_shape) const {
  std::vector<std::int64_t> lengths = input_shape.dims();
  for (const int axis : shared_axes_) lengths[static_cast<std::size_t>(axis - 1)] = 1;
  return {{"alpha", Shape(std::move(lengths))}};
}

std::vector<plan::ParameterPtr> PReLU::make_weights(const BuildContext& context) {
  const auto [weight_name, shape] = weight_shapes(context.input_shape).front();
  require_axes(alpha_constraint_, shape.rank(), where(), "alpha_constraint");
  require_matrix_for(alpha_regularizer_, shape.rank(), where(), "alpha_regularizer");
  return {make_weight(context, 0, weight_name, shape,
                      {alpha_initializer_, alpha_regularizer_, alpha_constraint_})};
}

void PReLU::lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t) const {
  if (!built()) throw_config(where(), "the layer has no weights yet", "Build the model first.");
  const plan::ParameterPtr& alpha = weights()[0];
  // A shared axis has only index 0.
  std::vector<plan::ViewAxis> axes(input_shape.rank());
  std::int64_t stride = 1;
  for (std::size_t axis = input_shape.rank(); axis-- > 0; stride *= alpha->shape()[axis])
    axes[axis] = {input_shape[axis], alpha->shape()[axis] == 1 ? 0 : stride};
  graph.add<plan::PReluStep>(plan::PReluSpec{name(), alpha, plan::StridedView(std::move(axes))});
}

}  // namespace regulus
