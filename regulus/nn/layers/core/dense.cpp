// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/core/dense.h"

#include <utility>

#include "regulus/base/error.h"
#include "regulus/nn/serialized.h"
#include "regulus/nn/weights.h"
#include "regulus/plan/steps/dense.h"

namespace regulus {
namespace {

constexpr std::int64_t kMaxUnits = (std::int64_t{1} << 31) - 1;

}  // namespace

Dense::Dense(Options options, const char* class_name)
    : Layer(std::move(options.name), std::move(options.input_shape)),
      units_(options.units.value_or(0)),
      activation_(options.activation.value_or(Activation())),
      use_bias_(options.use_bias.value_or(true)),
      kernel_initializer_(options.kernel_initializer.value_or("glorot_uniform")),
      bias_initializer_(options.bias_initializer.value_or("zeros")),
      kernel_regularizer_(options.kernel_regularizer.value_or(Regularizer())),
      bias_regularizer_(options.bias_regularizer.value_or(Regularizer())),
      activity_regularizer_(options.activity_regularizer.value_or(Regularizer())),
      kernel_constraint_(options.kernel_constraint.value_or(Constraint())),
      bias_constraint_(options.bias_constraint.value_or(Constraint())) {
  const std::string who = where(class_name, name());
  if (!options.units) throw_config(who, "units is missing", "Say how many outputs, e.g. .units = 10.");
  if (units_ < 1 || units_ > kMaxUnits)
    throw_config(who, "units must be in [1, 2147483647], got " + std::to_string(units_));
  if (bias_regularizer_.penalty().orthogonal != 0)
    throw_config(who, "bias_regularizer: an orthogonal penalty needs a matrix, a bias has rank 1",
                 "Use it as kernel_regularizer.");
  require_axes(kernel_constraint_, 2, who, "kernel_constraint");
  require_axes(bias_constraint_, 1, who, "bias_constraint");
}

Dense::Options Dense::merged(const Options& defaults, Options options) {
  fill_in(options.units, defaults.units);
  fill_in(options.activation, defaults.activation);
  fill_in(options.use_bias, defaults.use_bias);
  fill_in(options.kernel_initializer, defaults.kernel_initializer);
  fill_in(options.bias_initializer, defaults.bias_initializer);
  fill_in(options.kernel_regularizer, defaults.kernel_regularizer);
  fill_in(options.bias_regularizer, defaults.bias_regularizer);
  fill_in(options.activity_regularizer, defaults.activity_regularizer);
  fill_in(options.kernel_constraint, defaults.kernel_constraint);
  fill_in(options.bias_constraint, defaults.bias_constraint);
  if (options.name.empty()) options.name = defaults.name;
  if (options.input_shape.empty()) options.input_shape = defaults.input_shape;
  return options;
}

Dense Dense::from_config(const Value& config) {
  LayerConfig reader("Dense", config);
  return Dense(read_options(reader));
}

Dense::Options Dense::read_options(LayerConfig& reader) {
  Options options;
  reader.refuse_null("units", "an integer");
  if (reader.find("units")) options.units = reader.integer("units", 0);
  options.activation = read_activation(reader);
  options.use_bias = reader.flag("use_bias", true);
  options.kernel_initializer = read_object<Initializer>(reader, "kernel_initializer", "glorot_uniform");
  options.bias_initializer = read_object<Initializer>(reader, "bias_initializer", "zeros");
  options.kernel_regularizer = read_object<Regularizer>(reader, "kernel_regularizer", {});
  options.bias_regularizer = read_object<Regularizer>(reader, "bias_regularizer", {});
  options.activity_regularizer = read_object<Regularizer>(reader, "activity_regularizer", {});
  options.kernel_constraint = read_object<Constraint>(reader, "kernel_constraint", {});
  options.bias_constraint = read_object<Constraint>(reader, "bias_constraint", {});
  options.name = reader.name();
  options.input_shape = reader.input_shape();
  reader.require_only("quantization_config", nullptr);
  reader.finish();
  return options;
}

Value Dense::config() const {
  Value::Dict config = base_config();
  // Keras writes it only where there is one.
  if (!activity_regularizer_.none())
    config.push_back({"activity_regularizer", stored("keras.regularizers", activity_regularizer_)});
  config.push_back({"units", units_});
  config.push_back({"activation", activation_.stored()});
  config.push_back({"use_bias", use_bias_});
  config.push_back({"kernel_initializer", stored("keras.initializers", kernel_initializer_)});
  config.push_back({"bias_initializer", stored("keras.initializers", bias_initializer_)});
  config.push_back({"kernel_regularizer", stored("keras.regularizers", kernel_regularizer_)});
  config.push_back({"bias_regularizer", stored("keras.regularizers", bias_regularizer_)});
  config.push_back({"kernel_constraint", stored("keras.constraints", kernel_constraint_)});
  config.push_back({"bias_constraint", stored("keras.constraints", bias_constraint_)});
  return config;
}

Shape Dense::output_shape(const Shape& input_shape) const {
  if (input_shape.rank() != 1)
    throw ShapeError({.where = where(),
                      .what = "the input rows must have rank 1",
                      .expected = "(None, n)",
                      .found = to_batch_string(input_shape),
                      .fix = "Add a Flatten layer before it."});
  if (input_shape[0] < 1)
    throw ShapeError({.where = where(),
                      .what = "the input rows must have at least one feature",
                      .found = to_batch_string(input_shape)});
  return activation_.output_shape(Shape{units_}, where());
}

std::vector<std::pair<std::string, Shape>> Dense::weight_shapes(const Shape& input_shape) const {
  std::vector<std::pair<std::string, Shape>> shapes = {{"kernel", Shape{input_shape[0], units_}}};
  if (use_bias_) shapes.push_back({"bias", Shape{units_}});
  return shapes;
}

std::vector<plan::ParameterPtr> Dense::make_weights(const BuildContext& context) {
  return make_each_weight(context, weight_shapes(context.input_shape),
                          {{kernel_initializer_, kernel_regularizer_, kernel_constraint_},
                           {bias_initializer_, bias_regularizer_, bias_constraint_}});
}

void Dense::lower(plan::Graph& graph, const Shape&, std::uint32_t position) const {
  if (!built()) throw_config(where(), "the layer has no weights yet", "Build the model first.");
  graph.add<plan::DenseStep>(plan::DenseSpec{
      name(), weights()[0], use_bias_ ? weights()[1] : plan::ParameterPtr(), kernel_mask(position)});
  lower_activation(graph, name(), activation_, Shape{units_}, activity_regularizer_);
}

}  // namespace regulus
