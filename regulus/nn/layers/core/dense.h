// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "regulus/nn/activations.h"
#include "regulus/nn/constraints.h"
#include "regulus/nn/initializers.h"
#include "regulus/nn/layer.h"
#include "regulus/nn/regularizers.h"

namespace regulus {

class LayerConfig;

/// y = activation(x W + b); x [batch, in], W [in, units], b [units], float32. Follows keras.layers.Dense.
/// Penalties enter the loss, constraints act after each update. Throws ConfigError unless units is in
/// [1, 2^31), for an orthogonal penalty on the bias and for a constraint on an axis that the weight
/// lacks; ShapeError for rows that are not rank 1 (flatten them first).
class Dense : public Layer {
 public:
  /// An option left out has Keras's default, written here; std::optional tells partial() what was said.
  struct Options {
    std::optional<std::int64_t> units = {};                ///< required
    std::optional<Activation> activation = {};             ///< linear
    std::optional<bool> use_bias = {};                     ///< true
    std::optional<Initializer> kernel_initializer = {};    ///< glorot_uniform
    std::optional<Initializer> bias_initializer = {};      ///< zeros
    std::optional<Regularizer> kernel_regularizer = {};    ///< none
    std::optional<Regularizer> bias_regularizer = {};      ///< none
    std::optional<Regularizer> activity_regularizer = {};  ///< none
    std::optional<Constraint> kernel_constraint = {};      ///< none
    std::optional<Constraint> bias_constraint = {};        ///< none
    std::string name = {};
    Shape input_shape = {};
  };
  explicit Dense(Options options) : Dense(std::move(options), "Dense") {}
  /// `options`, and where it says nothing, `defaults`.
  static Options merged(const Options& defaults, Options options);

  const char* class_name() const override { return "Dense"; }
  Value config() const override;
  static Dense from_config(const Value& config);
  Shape output_shape(const Shape& input_shape) const override;
  std::vector<std::string> notes() const override { return activation_.notes(where()); }
  std::vector<std::pair<std::string, Shape>> weight_shapes(const Shape& input_shape) const override;
  void lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t position) const override;
  std::int64_t units() const { return units_; }

 protected:
  Dense(Options options, const char* class_name);
  /// Every member of a config that is Dense's; finishes the reader.
  static Options read_options(LayerConfig& reader);
  std::vector<plan::ParameterPtr> make_weights(const BuildContext& context) override;
  /// What is dropped of the kernel, if anything.
  virtual std::optional<plan::MaskSpec> kernel_mask(std::uint32_t position) const {
    (void)position;
    return {};
  }

 private:
  std::int64_t units_;
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

}  // namespace regulus
