// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "regulus/nn/activations.h"
#include "regulus/nn/axis_lengths.h"
#include "regulus/nn/constraints.h"
#include "regulus/nn/initializers.h"
#include "regulus/nn/layer.h"
#include "regulus/nn/regularizers.h"
#include "regulus/nn/window.h"

namespace regulus {

/// The options of DepthwiseConv2D; defaults are Keras's.
struct DepthwiseConv2DOptions {
  AxisLengths kernel_size = {};  ///< required
  AxisLengths strides = 1;
  std::string padding = "valid";  ///< or "same"
  std::int64_t depth_multiplier = 1;
  AxisLengths dilation_rate = 1;  ///< with strides of 1 only
  Activation activation = {};
  bool use_bias = true;
  Initializer depthwise_initializer = "glorot_uniform";
  Initializer bias_initializer = "zeros";
  Regularizer depthwise_regularizer = {};
  Regularizer bias_regularizer = {};
  Regularizer activity_regularizer = {};
  Constraint depthwise_constraint = {};
  Constraint bias_constraint = {};
  std::string name = {};
  Shape input_shape = {};
};

/// Each channel by itself: y[i, j, c m + k] = activation(b[c m + k] + sum over a, b of
/// x[i s + a d, j s + b d, c] W[a, b, c, k]) for k < m, the depth_multiplier; x [batch, height, width,
/// channels], W [kernel_h, kernel_w, channels, m], float32. Follows keras.layers.DepthwiseConv2D (channels
/// last). Throws ConfigError unless all lengths are in [1, 2^31), and for strides beside a dilation;
/// ShapeError for other ranks and where no window fits.
class DepthwiseConv2D final : public Layer {
 public:
  using Options = DepthwiseConv2DOptions;
  explicit DepthwiseConv2D(Options options);
  static DepthwiseConv2D from_config(const Value& config);

  const char* class_name() const override { return "DepthwiseConv2D"; }
  Value config() const override;
  Shape output_shape(const Shape& input_shape) const override;
  std::vector<std::pair<std::string, Shape>> weight_shapes(const Shape& input_shape) const override;
  void lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t position) const override;
  std::vector<std::string> notes() const override;

 protected:
  std::vector<plan::ParameterPtr> make_weights(const BuildContext& context) override;

 private:
  Options options_;
  WindowMoves moves_;
};

/// The options of SeparableConv2D; defaults are Keras's.
struct SeparableConv2DOptions {
  std::int64_t filters = 0;      ///< required
  AxisLengths kernel_size = {};  ///< required
  AxisLengths strides = 1;
  std::string padding = "valid";  ///< or "same"
  AxisLengths dilation_rate = 1;  ///< with strides of 1 only
  std::int64_t depth_multiplier = 1;
  Activation activation = {};
  bool use_bias = true;
  Initializer depthwise_initializer = "glorot_uniform";
  Initializer pointwise_initializer = "glorot_uniform";
  Initializer bias_initializer = "zeros";
  Regularizer depthwise_regularizer = {};
  Regularizer pointwise_regularizer = {};
  Regularizer bias_regularizer = {};
  Regularizer activity_regularizer = {};
  Constraint depthwise_constraint = {};
  Constraint pointwise_constraint = {};
  Constraint bias_constraint = {};
  std::string name = {};
  Shape input_shape = {};
};

/// A depthwise convolution without bias, then one of 1 x 1 pixels that mixes the channels, with bias and
/// activation: weights [kernel_h, kernel_w, channels, depth_multiplier], [1, 1, channels *
/// depth_multiplier, filters] and [filters]. Follows keras.layers.SeparableConv2D (channels last). Throws as
/// DepthwiseConv2D, and ConfigError unless filters is in [1, 2^31).
class SeparableConv2D final : public Layer {
 public:
  using Options = SeparableConv2DOptions;
  explicit SeparableConv2D(Options options);
  static SeparableConv2D from_config(const Value& config);

  const char* class_name() const override { return "SeparableConv2D"; }
  Value config() const override;
  Shape output_shape(const Shape& input_shape) const override;
  std::vector<std::pair<std::string, Shape>> weight_shapes(const Shape& input_shape) const override;
  void lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t position) const override;
  std::vector<std::string> notes() const override;

 protected:
  std::vector<plan::ParameterPtr> make_weights(const BuildContext& context) override;

 private:
  Options options_;
  WindowMoves moves_;
};

}  // namespace regulus
