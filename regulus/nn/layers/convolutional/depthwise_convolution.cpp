// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/convolutional/depthwise_convolution.h"

#include <utility>

#include "regulus/nn/serialized.h"
#include "regulus/nn/weights.h"
#include "regulus/plan/steps/convolution.h"

namespace regulus {
namespace {

constexpr std::size_t kAxes = 2;
constexpr std::size_t kKernelRank = 4;
constexpr plan::UnitLayout kDepthwiseUnits{.axes = 2};  // channels, and outputs of each

// What both layers have in their configs, in Keras's order.
void add_moves(Value::Dict& config, const WindowMoves& moves) {
  config.push_back({"kernel_size", to_value(moves.kernel_size)});
  config.push_back({"strides", to_value(moves.strides)});
  config.push_back({"padding", moves.padding});
  config.push_back({"data_format", "channels_last"});
  config.push_back({"dilation_rate", to_value(moves.dilation_rate)});
}

template <class Options>
void read_common(LayerConfig& reader, Options& options) {
  reader.refuse_null("kernel_size", "an integer or a list of integers");
  options.kernel_size = AxisLengths::read(reader, "kernel_size");
  reader.refuse_null("strides", "an integer or a list of integers");
  if (reader.find("strides")) options.strides = AxisLengths::read(reader, "strides");
  options.padding = reader.text("padding", options.padding);
  options.depth_multiplier = reader.integer("depth_multiplier", 1);
  reader.refuse_null("dilation_rate", "an integer or a list of integers");
  if (reader.find("dilation_rate")) options.dilation_rate = AxisLengths::read(reader, "dilation_rate");
  options.activation = read_activation(reader);
  options.use_bias = reader.flag("use_bias", true);
  options.depthwise_initializer =
      read_object<Initializer>(reader, "depthwise_initializer", options.depthwise_initializer);
  options.bias_initializer = read_object<Initializer>(reader, "bias_initializer", options.bias_initializer);
  options.depthwise_regularizer = read_object<Regularizer>(reader, "depthwise_regularizer", {});
  options.bias_regularizer = read_object<Regularizer>(reader, "bias_regularizer", {});
  options.activity_regularizer = read_object<Regularizer>(reader, "activity_regularizer", {});
  options.depthwise_constraint = read_object<Constraint>(reader, "depthwise_constraint", {});
  options.bias_constraint = read_object<Constraint>(reader, "bias_constraint", {});
  options.name = reader.name();
  options.input_shape = reader.input_shape();
  reader.require_only("data_format", "channels_last");
}

template <class Options>
WindowMoves checked(const Options& options, const std::string& where) {
  require_length(options.depth_multiplier, where, "depth_multiplier");
  require_matrix_for(options.depthwise_regularizer, kKernelRank, where, "depthwise_regularizer");
  require_matrix_for(options.bias_regularizer, 1, where, "bias_regularizer");
  require_axes(options.depthwise_constraint, kKernelRank, where, "depthwise_constraint");
  require_axes(options.bias_constraint, 1, where, "bias_constraint");
  return moves_of(options.kernel_size, options.strides, options.dilation_rate, options.padding, kAxes, where);
}

template <class Options>
Shape depthwise_kernel_shape(const Options& options, const WindowMoves& moves, const Shape& input_shape) {
  return Shape{moves.kernel_size[0], moves.kernel_size[1], input_shape.back(), options.depth_multiplier};
}

}  // namespace

DepthwiseConv2D::DepthwiseConv2D(Options options)
    : Layer(options.name, options.input_shape),
      options_(std::move(options)),
      moves_(checked(options_, where("DepthwiseConv2D", name()))) {}

DepthwiseConv2D DepthwiseConv2D::from_config(const Value& config) {
  LayerConfig reader("DepthwiseConv2D", config);
  Options options;
  read_common(reader, options);
  reader.finish();
  return DepthwiseConv2D(std::move(options));
}

Value DepthwiseConv2D::config() const {
  const Options& o = options_;
  Value::Dict config = base_config();
  config.push_back({"depth_multiplier", o.depth_multiplier});
  add_moves(config, moves_);
  config.push_back({"activation", o.activation.stored()});
  config.push_back({"use_bias", o.use_bias});
  config.push_back({"depthwise_initializer", stored("keras.initializers", o.depthwise_initializer)});
  config.push_back({"bias_initializer", stored("keras.initializers", o.bias_initializer)});
  config.push_back({"depthwise_regularizer", stored("keras.regularizers", o.depthwise_regularizer)});
  config.push_back({"bias_regularizer", stored("keras.regularizers", o.bias_regularizer)});
  config.push_back({"activity_regularizer", stored("keras.regularizers", o.activity_regularizer)});
  config.push_back({"depthwise_constraint", stored("keras.constraints", o.depthwise_constraint)});
  config.push_back({"bias_constraint", stored("keras.constraints", o.bias_constraint)});
  return config;
}

Shape DepthwiseConv2D::output_shape(const Shape& input_shape) const {
  const plan::WindowSpec at = place_windows(moves_, input_shape, where());
  return options_.activation.output_shape(window_shape(moves_, at, at.channels * options_.depth_multiplier),
                                          where());
}

std::vector<std::pair<std::string, Shape>> DepthwiseConv2D::weight_shapes(const Shape& input_shape) const {
  std::vector<std::pair<std::string, Shape>> shapes = {
      {"kernel", depthwise_kernel_shape(options_, moves_, input_shape)}};
  if (options_.use_bias) shapes.push_back({"bias", Shape{input_shape.back() * options_.depth_multiplier}});
  return shapes;
}

std::vector<plan::ParameterPtr> DepthwiseConv2D::make_weights(const BuildContext& context) {
  const Options& o = options_;
  return make_each_weight(
      context, weight_shapes(context.input_shape),
      {{o.depthwise_initializer, o.depthwise_regularizer, o.depthwise_constraint, kDepthwiseUnits},
       {o.bias_initializer, o.bias_regularizer, o.bias_constraint}});
}

std::vector<std::string> DepthwiseConv2D::notes() const {
  if (!built()) return {};
  return notes_on_norm(*weights()[0], kAxes, where(), "depthwise_constraint");
}

void DepthwiseConv2D::lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t) const {
  if (!built()) throw_config(where(), "the layer has no weights yet", "Build the model first.");
  const plan::WindowSpec at = place_windows(moves_, input_shape, where());
  graph.add<plan::ConvolutionStep>(
      plan::ConvolutionSpec{name(), weights()[0], options_.use_bias ? weights()[1] : plan::ParameterPtr(), at,
                            /*depthwise=*/true});
  lower_activation(graph, name(), options_.activation,
                   window_shape(moves_, at, at.channels * options_.depth_multiplier),
                   options_.activity_regularizer);
}

SeparableConv2D::SeparableConv2D(Options options)
    : Layer(options.name, options.input_shape),
      options_(std::move(options)),
      moves_(checked(options_, where("SeparableConv2D", name()))) {
  const std::string who = where("SeparableConv2D", name());
  require_length(options_.filters, who, "filters");
  require_matrix_for(options_.pointwise_regularizer, kKernelRank, who, "pointwise_regularizer");
  require_axes(options_.pointwise_constraint, kKernelRank, who, "pointwise_constraint");
}

SeparableConv2D SeparableConv2D::from_config(const Value& config) {
  LayerConfig reader("SeparableConv2D", config);
  Options options;
  read_common(reader, options);
  options.filters = reader.required_integer("filters");
  options.pointwise_initializer =
      read_object<Initializer>(reader, "pointwise_initializer", options.pointwise_initializer);
  options.pointwise_regularizer = read_object<Regularizer>(reader, "pointwise_regularizer", {});
  options.pointwise_constraint = read_object<Constraint>(reader, "pointwise_constraint", {});
  reader.finish();
  return SeparableConv2D(std::move(options));
}

Value SeparableConv2D::config() const {
  const Options& o = options_;
  Value::Dict config = base_config();
  config.push_back({"depth_multiplier", o.depth_multiplier});
  config.push_back({"filters", o.filters});
  add_moves(config, moves_);
  config.push_back({"activation", o.activation.stored()});
  config.push_back({"use_bias", o.use_bias});
  config.push_back({"depthwise_initializer", stored("keras.initializers", o.depthwise_initializer)});
  config.push_back({"pointwise_initializer", stored("keras.initializers", o.pointwise_initializer)});
  config.push_back({"bias_initializer", stored("keras.initializers", o.bias_initializer)});
  config.push_back({"depthwise_regularizer", stored("keras.regularizers", o.depthwise_regularizer)});
  config.push_back({"pointwise_regularizer", stored("keras.regularizers", o.pointwise_regularizer)});
  config.push_back({"bias_regularizer", stored("keras.regularizers", o.bias_regularizer)});
  config.push_back({"activity_regularizer", stored("keras.regularizers", o.activity_regularizer)});
  config.push_back({"depthwise_constraint", stored("keras.constraints", o.depthwise_constraint)});
  config.push_back({"pointwise_constraint", stored("keras.constraints", o.pointwise_constraint)});
  config.push_back({"bias_constraint", stored("keras.constraints", o.bias_constraint)});
  return config;
}

Shape SeparableConv2D::output_shape(const Shape& input_shape) const {
  return window_shape(moves_, place_windows(moves_, input_shape, where()), options_.filters);
}

std::vector<std::pair<std::string, Shape>> SeparableConv2D::weight_shapes(const Shape& input_shape) const {
  const std::int64_t channels = input_shape.back() * options_.depth_multiplier;
  std::vector<std::pair<std::string, Shape>> shapes = {
      {"depthwise_kernel", depthwise_kernel_shape(options_, moves_, input_shape)},
      {"pointwise_kernel", Shape{1, 1, channels, options_.filters}}};
  if (options_.use_bias) shapes.push_back({"bias", Shape{options_.filters}});
  return shapes;
}

std::vector<plan::ParameterPtr> SeparableConv2D::make_weights(const BuildContext& context) {
  const Options& o = options_;
  return make_each_weight(
      context, weight_shapes(context.input_shape),
      {{o.depthwise_initializer, o.depthwise_regularizer, o.depthwise_constraint, kDepthwiseUnits},
       {o.pointwise_initializer, o.pointwise_regularizer, o.pointwise_constraint},
       {o.bias_initializer, o.bias_regularizer, o.bias_constraint}});
}

std::vector<std::string> SeparableConv2D::notes() const {
  if (!built()) return {};
  auto notes = notes_on_norm(*weights()[0], kAxes, where(), "depthwise_constraint");
  for (auto& note : notes_on_norm(*weights()[1], kAxes + 1, where(), "pointwise_constraint"))
    notes.push_back(std::move(note));
  return notes;
}

void SeparableConv2D::lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t) const {
  if (!built()) throw_config(where(), "the layer has no weights yet", "Build the model first.");
  const plan::WindowSpec at = place_windows(moves_, input_shape, where());
  graph.add<plan::ConvolutionStep>(
      plan::ConvolutionSpec{name() + " depthwise", weights()[0], nullptr, at, /*depthwise=*/true});
  const WindowMoves pixels{{1, 1}, {1, 1}, {1, 1}, "valid"};
  const Shape between{at.out_h, at.out_w, at.channels * options_.depth_multiplier};
  graph.add<plan::ConvolutionStep>(plan::ConvolutionSpec{
      name() + " pointwise", weights()[1], options_.use_bias ? weights()[2] : plan::ParameterPtr(),
      place_windows(pixels, between, where())});
  lower_activation(graph, name(), options_.activation, window_shape(moves_, at, options_.filters),
                   options_.activity_regularizer);
}

}  // namespace regulus
