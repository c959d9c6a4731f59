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

/// The options of Conv1D and Conv2D. One left out has Keras's default, written here; std::optional tells
/// partial() what was said.
struct ConvOptions {
  std::optional<std::int64_t> filters = {};              ///< required
  AxisLengths kernel_size = {};                          ///< required
  AxisLengths strides = {};                              ///< 1
  std::optional<std::string> padding = {};               ///< "valid"; "same"; Conv1D: "causal"
  AxisLengths dilation_rate = {};                        ///< 1; with strides of 1 only
  std::optional<std::int64_t> groups = {};               ///< 1; divides channels and filters
  std::optional<Activation> activation = {};             ///< linear
  std::optional<bool> use_bias = {};                     ///< true
  std::optional<Initializer> kernel_initializer = {};    ///< glorot_uniform
  std::optional<Initializer> bias_initializer = {};      ///< zeros
  std::optional<Regularizer> kernel_regularizer = {};    ///< none
  std::optional<Regularizer> bias_regularizer = {};      ///< none
  std::optional<Regularizer> activity_regularizer = {};  ///< none
  std::optional<Constraint> kernel_constraint = {};      ///< none; norms of a filter: axis {0, 1, 2}
  std::optional<Constraint> bias_constraint = {};        ///< none
  std::string name = {};
  Shape input_shape = {};
};

/// The common half of the convolutions along one and two axes.
class ConvLayer : public Layer {
 public:
  using Options = ConvOptions;
  /// `options`, and where it says nothing, `defaults`.
  static Options merged(const Options& defaults, Options options);

  Value config() const override;
  Shape output_shape(const Shape& input_shape) const override;
  std::vector<std::pair<std::string, Shape>> weight_shapes(const Shape& input_shape) const override;
  void lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t position) const override;
  std::vector<std::string> notes() const override;
  std::int64_t filters() const { return filters_; }
  const Constraint& kernel_constraint() const { return kernel_constraint_; }

 protected:
  ConvLayer(Options options, const char* class_name, std::size_t axes);
  static Options options_from_config(const char* class_name, const Value& config);
  std::vector<plan::ParameterPtr> make_weights(const BuildContext& context) override;

 private:
  /// Each channel is a group: a depthwise convolution, whose units fill whole panels.
  bool depthwise(std::int64_t channels) const { return groups_ > 1 && groups_ == channels; }

  std::int64_t filters_;
  std::int64_t groups_;
  WindowMoves moves_;
  Activation activation_;
  bool use_bias_;
  Initializer kernel_initializer_;
  Initializer bias_initializer_;
  Regularizer kernel_regularizer_;
  Regularizer bias_regularizer_;
  Regularizer activity_regularizer_;
  Constraint kernel_constraint_;
  Constraint bias_constraint_;
};

/// y[i, j, n] = activation(b[n] + sum over a, b, c of x[i s + a d, j s + b d, c] W[a, b, c, n]) with strides
/// s and dilation d; x [batch, height, width, channels] with zeros around it as `padding` says, W [kernel_h,
/// kernel_w, channels / groups, filters], b [filters], float32. The filters of one group meet the channels of
/// that group alone. Follows keras.layers.Conv2D (channels last). Throws ConfigError unless filters,
/// kernel_size, strides, dilation_rate and groups are in [1, 2^31) and groups divides filters, and for
/// strides beside a dilation; ShapeError for other ranks, where no window fits and unless groups divides the
/// channels.
class Conv2D final : public ConvLayer {
 public:
  explicit Conv2D(Options options) : ConvLayer(std::move(options), "Conv2D", 2) {}
  static Conv2D from_config(const Value& config) { return Conv2D(options_from_config("Conv2D", config)); }
  const char* class_name() const override { return "Conv2D"; }
};

/// The same along one axis: x [batch, steps, channels], W [kernel, channels / groups, filters]. With "causal"
/// padding y[t] depends on no step after t. Follows keras.layers.Conv1D.
class Conv1D final : public ConvLayer {
 public:
  explicit Conv1D(Options options) : ConvLayer(std::move(options), "Conv1D", 1) {}
  static Conv1D from_config(const Value& config) { return Conv1D(options_from_config("Conv1D", config)); }
  const char* class_name() const override { return "Conv1D"; }
};

}  // namespace regulus
