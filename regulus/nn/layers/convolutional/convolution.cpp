// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/convolutional/convolution.h"

#include <utility>

#include "regulus/base/error.h"
#include "regulus/nn/serialized.h"
#include "regulus/nn/weights.h"
#include "regulus/plan/steps/convolution.h"

namespace regulus {
namespace {

AxisLengths lengths_or_one(const AxisLengths& lengths) {
  return lengths.empty() ? AxisLengths(1) : lengths;
}

void fill_in_lengths(AxisLengths& lengths, const AxisLengths& fallback) {
  if (lengths.empty()) lengths = fallback;
}

}  // namespace

ConvLayer::ConvLayer(Options options, const char* class_name, std::size_t axes)
    : Layer(std::move(options.name), std::move(options.input_shape)),
      filters_(options.filters.value_or(0)),
      groups_(options.groups.value_or(1)),
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
  if (!options.filters) throw_config(who, "filters is missing", "Say how many outputs, e.g. .filters = 32.");
  require_length(filters_, who, "filters");
  require_length(groups_, who, "groups");
  if (filters_ % groups_ != 0)
    throw_config(
        who, "groups must divide filters " + std::to_string(filters_) + ", got " + std::to_string(groups_));
  moves_ = moves_of(options.kernel_size, lengths_or_one(options.strides),
                    lengths_or_one(options.dilation_rate), options.padding.value_or("valid"), axes, who);
  require_matrix_for(kernel_regularizer_, axes + 2, who, "kernel_regularizer");
  require_matrix_for(bias_regularizer_, 1, who, "bias_regularizer");
  require_axes(kernel_constraint_, axes + 2, who, "kernel_constraint");
  require_axes(bias_constraint_, 1, who, "bias_constraint");
}

ConvOptions ConvLayer::merged(const Options& defaults, Options options) {
  fill_in(options.filters, defaults.filters);
  fill_in_lengths(options.kernel_size, defaults.kernel_size);
  fill_in_lengths(options.strides, defaults.strides);
  fill_in(options.padding, defaults.padding);
  fill_in_lengths(options.dilation_rate, defaults.dilation_rate);
  fill_in(options.groups, defaults.groups);
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

ConvOptions ConvLayer::options_from_config(const char* class_name, const Value& config) {
  LayerConfig reader(class_name, config);
  Options options;
  reader.refuse_null("filters", "an integer");
  if (reader.find("filters")) options.filters = reader.integer("filters", 0);
  reader.refuse_null("kernel_size", "an integer or a list of integers");
  options.kernel_size = AxisLengths::read(reader, "kernel_size");
  reader.refuse_null("strides", "an integer or a list of integers");
  options.strides = AxisLengths::read(reader, "strides");
  options.padding = reader.text("padding", "valid");
  reader.refuse_null("dilation_rate", "an integer or a list of integers");
  options.dilation_rate = AxisLengths::read(reader, "dilation_rate");
  options.groups = reader.integer("groups", 1);
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
  reader.require_only("data_format", "channels_last");
  reader.finish();
  return options;
}

Value ConvLayer::config() const {
  Value::Dict config = base_config();
  // Keras writes it only where there is one.
  if (!activity_regularizer_.none())
    config.push_back({"activity_regularizer", stored("keras.regularizers", activity_regularizer_)});
  config.push_back({"filters", filters_});
  config.push_back({"kernel_size", to_value(moves_.kernel_size)});
  config.push_back({"strides", to_value(moves_.strides)});
  config.push_back({"padding", moves_.padding});
  config.push_back({"data_format", "channels_last"});
  config.push_back({"dilation_rate", to_value(moves_.dilation_rate)});
  config.push_back({"groups", groups_});
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

Shape ConvLayer::output_shape(const Shape& input_shape) const {
  const plan::WindowSpec at = place_windows(moves_, input_shape, where());
  if (at.channels % groups_ != 0)
    throw ShapeError({.where = where(),
                      .what = "groups " + std::to_string(groups_) + " must divide the input's channels",
                      .found = to_batch_string(input_shape)});
  return activation_.output_shape(window_shape(moves_, at, filters_), where());
}

std::vector<std::pair<std::string, Shape>> ConvLayer::weight_shapes(const Shape& input_shape) const {
  std::vector<std::int64_t> kernel = moves_.kernel_size;
  kernel.push_back(input_shape.back() / groups_);
  kernel.push_back(filters_);
  std::vector<std::pair<std::string, Shape>> shapes = {{"kernel", Shape(std::move(kernel))}};
  if (use_bias_) shapes.push_back({"bias", Shape{filters_}});
  return shapes;
}

std::vector<plan::ParameterPtr> ConvLayer::make_weights(const BuildContext& context) {
  const plan::UnitLayout layout{.groups = depthwise(context.input_shape.back()) ? 1 : groups_};
  return make_each_weight(context, weight_shapes(context.input_shape),
                          {{kernel_initializer_, kernel_regularizer_, kernel_constraint_, layout},
                           {bias_initializer_, bias_regularizer_, bias_constraint_, layout}});
}

std::vector<std::string> ConvLayer::notes() const {
  if (!built()) return {};
  return notes_on_norm(*weights()[0], moves_.kernel_size.size() + 1, where(), "kernel_constraint");
}

void ConvLayer::lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t) const {
  if (!built()) throw_config(where(), "the layer has no weights yet", "Build the model first.");
  const plan::WindowSpec at = place_windows(moves_, input_shape, where());
  graph.add<plan::ConvolutionStep>(plan::ConvolutionSpec{name(), weights()[0],
                                                         use_bias_ ? weights()[1] : plan::ParameterPtr(), at,
                                                         depthwise(input_shape.back())});
  lower_activation(graph, name(), activation_, window_shape(moves_, at, filters_), activity_regularizer_);
}

}  // namespace regulus
