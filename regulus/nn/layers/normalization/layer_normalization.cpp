// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/normalization/layer_normalization.h"

#include <cmath>

#include "regulus/base/check.h"
#include "regulus/nn/layers/axis_order.h"
#include "regulus/nn/layers/row_shape.h"
#include "regulus/nn/serialized.h"
#include "regulus/nn/weights.h"
#include "regulus/plan/steps/layer_normalization.h"

namespace regulus {

LayerNormalization::LayerNormalization(Options options)
    : Layer(options.name, options.input_shape), options_(std::move(options)) {
  const Options& o = options_;
  set_trainable(o.trainable);
  const std::size_t rank = o.axis.count();
  if (rank == 0) throw_config(where(), "axis must name at least one axis");
  require_number(o.epsilon > 0 && std::isfinite(o.epsilon), where(), "epsilon must be finite and > 0",
                 o.epsilon);
  if (o.beta_regularizer.penalty().orthogonal != 0 || o.gamma_regularizer.penalty().orthogonal != 0)
    throw_config(where(), "an orthogonal penalty is for kernels, not for gamma and beta");
  require_axes(o.beta_constraint, rank, where(), "beta_constraint");
  require_axes(o.gamma_constraint, rank, where(), "gamma_constraint");
}

LayerNormalization LayerNormalization::from_config(const Value& config) {
  LayerConfig reader("LayerNormalization", config);
  Options o;
  o.axis = RowAxes::read(reader, "axis", o.axis);
  o.epsilon = reader.number("epsilon", o.epsilon);
  o.center = reader.flag("center", true);
  o.scale = reader.flag("scale", true);
  o.rms_scaling = reader.flag("rms_scaling", false);
  o.beta_initializer = read_object<Initializer>(reader, "beta_initializer", "zeros");
  o.gamma_initializer = read_object<Initializer>(reader, "gamma_initializer", "ones");
  o.beta_regularizer = read_object<Regularizer>(reader, "beta_regularizer", {});
  o.gamma_regularizer = read_object<Regularizer>(reader, "gamma_regularizer", {});
  o.beta_constraint = read_object<Constraint>(reader, "beta_constraint", {});
  o.gamma_constraint = read_object<Constraint>(reader, "gamma_constraint", {});
  o.trainable = reader.trainable();
  o.name = reader.name();
  o.input_shape = reader.input_shape();
  reader.finish();
  return LayerNormalization(std::move(o));
}

Value LayerNormalization::config() const {
  const Options& o = options_;
  Value::Dict config = base_config();
  config.push_back({"axis", o.axis.value()});
  config.push_back({"epsilon", o.epsilon});
  config.push_back({"center", o.center});
  config.push_back({"scale", o.scale});
  config.push_back({"rms_scaling", o.rms_scaling});
  config.push_back({"beta_initializer", stored("keras.initializers", o.beta_initializer)});
  config.push_back({"gamma_initializer", stored("keras.initializers", o.gamma_initializer)});
  config.push_back({"beta_regularizer", stored("keras.regularizers", o.beta_regularizer)});
  config.push_back({"gamma_regularizer", stored("keras.regularizers", o.gamma_regularizer)});
  config.push_back({"beta_constraint", stored("keras.constraints", o.beta_constraint)});
  config.push_back({"gamma_constraint", stored("keras.constraints", o.gamma_constraint)});
  return config;
}

Shape LayerNormalization::output_shape(const Shape& input_shape) const {
  options_.axis.of_row(input_shape, where());
  require_row_size(where(), input_shape);
  return input_shape;
}

std::vector<std::pair<std::string, Shape>> LayerNormalization::weight_shapes(const Shape& input_shape) const {
  std::vector<std::int64_t> lengths;
  for (const std::size_t axis : options_.axis.of_row(input_shape, where()))
    lengths.push_back(input_shape[axis]);
  const Shape shape(std::move(lengths));
  std::vector<std::pair<std::string, Shape>> shapes;
  if (has_gamma()) shapes.push_back({"gamma", shape});
  if (has_beta()) shapes.push_back({"beta", shape});
  return shapes;
}

std::vector<plan::ParameterPtr> LayerNormalization::make_weights(const BuildContext& context) {
  const Options& o = options_;
  // All axes are units: packed in the order of a row.
  const plan::UnitLayout layout{.axes = o.axis.count()};
  const WeightRules gamma{o.gamma_initializer, o.gamma_regularizer, o.gamma_constraint, layout};
  const WeightRules beta{o.beta_initializer, o.beta_regularizer, o.beta_constraint, layout};
  const auto shapes = weight_shapes(context.input_shape);
  return has_gamma() ? make_each_weight(context, shapes, {gamma, beta})
                     : make_each_weight(context, shapes, {beta});
}

void LayerNormalization::lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t) const {
  if (!built()) throw_config(where(), "the layer has no weights yet", "Build the model first.");
  const std::vector<std::size_t> axes = options_.axis.of_row(input_shape, where());
  auto weight = weights().begin();
  plan::LayerNormalizationSpec spec;
  spec.name = name();
  if (has_gamma()) spec.gamma = *weight++;
  if (has_beta()) spec.beta = *weight;
  for (const std::size_t axis : axes) spec.length *= input_shape[axis];
  spec.epsilon = options_.epsilon;
  spec.centered = !options_.rms_scaling;
  lower_with_last(graph, name(), input_shape, axes,
                  [&] { graph.add<plan::LayerNormalizationStep>(std::move(spec)); });
}

}  // namespace regulus
