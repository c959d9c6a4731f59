// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/normalization/batch_normalization.h"

#include <cmath>

#include "regulus/base/check.h"
#include "regulus/nn/layers/axis_order.h"
#include "regulus/nn/layers/row_shape.h"
#include "regulus/nn/row_axes.h"
#include "regulus/nn/serialized.h"
#include "regulus/nn/weights.h"
#include "regulus/plan/steps/batch_normalization.h"

namespace regulus {

BatchNormalization::BatchNormalization(Options options)
    : Layer(options.name, options.input_shape), options_(std::move(options)) {
  const Options& o = options_;
  set_trainable(o.trainable);
  require_number(o.momentum >= 0 && o.momentum <= 1, where(), "momentum must be in [0, 1]", o.momentum);
  require_number(o.epsilon > 0 && std::isfinite(o.epsilon), where(), "epsilon must be finite and > 0",
                 o.epsilon);
  require_matrix_for(o.beta_regularizer, 1, where(), "beta_regularizer");
  require_matrix_for(o.gamma_regularizer, 1, where(), "gamma_regularizer");
  require_axes(o.beta_constraint, 1, where(), "beta_constraint");
  require_axes(o.gamma_constraint, 1, where(), "gamma_constraint");
}

BatchNormalization BatchNormalization::from_config(const Value& config) {
  LayerConfig reader("BatchNormalization", config);
  Options o;
  const std::int64_t axis = reader.integer("axis", -1);
  if (axis < -1000 || axis > 1000) reader.refuse("axis", "an axis of the rows", axis);
  o.axis = static_cast<int>(axis);
  o.momentum = reader.number("momentum", o.momentum);
  o.epsilon = reader.number("epsilon", o.epsilon);
  o.center = reader.flag("center", true);
  o.scale = reader.flag("scale", true);
  o.beta_initializer = read_object<Initializer>(reader, "beta_initializer", "zeros");
  o.gamma_initializer = read_object<Initializer>(reader, "gamma_initializer", "ones");
  o.moving_mean_initializer = read_object<Initializer>(reader, "moving_mean_initializer", "zeros");
  o.moving_variance_initializer = read_object<Initializer>(reader, "moving_variance_initializer", "ones");
  o.beta_regularizer = read_object<Regularizer>(reader, "beta_regularizer", {});
  o.gamma_regularizer = read_object<Regularizer>(reader, "gamma_regularizer", {});
  o.beta_constraint = read_object<Constraint>(reader, "beta_constraint", {});
  o.gamma_constraint = read_object<Constraint>(reader, "gamma_constraint", {});
  reader.flag("synchronized", false);  // between machines: here is one
  reader.require_only("renorm", false);
  reader.require_only("renorm_clipping", nullptr);
  reader.ignore("renorm_momentum");
  o.trainable = reader.trainable();
  o.name = reader.name();
  o.input_shape = reader.input_shape();
  reader.finish();
  return BatchNormalization(std::move(o));
}

Value BatchNormalization::config() const {
  const Options& o = options_;
  Value::Dict config = base_config();
  config.push_back({"axis", o.axis});
  config.push_back({"momentum", o.momentum});
  config.push_back({"epsilon", o.epsilon});
  config.push_back({"center", o.center});
  config.push_back({"scale", o.scale});
  config.push_back({"beta_initializer", stored("keras.initializers", o.beta_initializer)});
  config.push_back({"gamma_initializer", stored("keras.initializers", o.gamma_initializer)});
  config.push_back({"moving_mean_initializer", stored("keras.initializers", o.moving_mean_initializer)});
  config.push_back(
      {"moving_variance_initializer", stored("keras.initializers", o.moving_variance_initializer)});
  config.push_back({"beta_regularizer", stored("keras.regularizers", o.beta_regularizer)});
  config.push_back({"gamma_regularizer", stored("keras.regularizers", o.gamma_regularizer)});
  config.push_back({"beta_constraint", stored("keras.constraints", o.beta_constraint)});
  config.push_back({"gamma_constraint", stored("keras.constraints", o.gamma_constraint)});
  config.push_back({"synchronized", false});
  config.push_back({"renorm", false});
  config.push_back({"renorm_clipping", nullptr});
  config.push_back({"renorm_momentum", 0.99});
  return config;
}

std::size_t BatchNormalization::channel_axis(const Shape& row) const {
  return RowAxes(options_.axis).of_row(row, where())[0];
}

Shape BatchNormalization::output_shape(const Shape& input_shape) const {
  channel_axis(input_shape);
  require_row_size(where(), input_shape);
  return input_shape;
}

std::vector<std::pair<std::string, Shape>> BatchNormalization::weight_shapes(const Shape& input_shape) const {
  std::vector<std::pair<std::string, Shape>> shapes;
  const Shape channels{input_shape[channel_axis(input_shape)]};
  if (options_.scale) shapes.push_back({"gamma", channels});
  if (options_.center) shapes.push_back({"beta", channels});
  shapes.push_back({"moving_mean", channels});
  shapes.push_back({"moving_variance", channels});
  return shapes;
}

std::vector<plan::ParameterPtr> BatchNormalization::make_weights(const BuildContext& context) {
  const Options& o = options_;
  const Shape channels{context.input_shape[channel_axis(context.input_shape)]};
  std::vector<plan::ParameterPtr> weights;
  const auto add = [&](const char* weight_name, const WeightRules& rules) {
    weights.push_back(make_weight(context, weights.size(), weight_name, channels, rules));
  };
  if (o.scale) add("gamma", {o.gamma_initializer, o.gamma_regularizer, o.gamma_constraint});
  if (o.center) add("beta", {o.beta_initializer, o.beta_regularizer, o.beta_constraint});
  add("moving_mean", {o.moving_mean_initializer, {}, {}, {}, false});
  add("moving_variance", {o.moving_variance_initializer, {}, {}, {}, false});
  return weights;
}

void BatchNormalization::lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t) const {
  if (!built()) throw_config(where(), "the layer has no weights yet", "Build the model first.");
  auto weight = weights().begin();
  plan::BatchNormalizationSpec spec;
  spec.name = name();
  if (options_.scale) spec.gamma = *weight++;
  if (options_.center) spec.beta = *weight++;
  spec.moving_mean = *weight++;
  spec.moving_variance = *weight;
  spec.momentum = options_.momentum;
  spec.epsilon = options_.epsilon;
  spec.trainable = trainable();
  lower_with_last(graph, name(), input_shape, {channel_axis(input_shape)},
                  [&] { graph.add<plan::BatchNormalizationStep>(std::move(spec)); });
}

}  // namespace regulus
