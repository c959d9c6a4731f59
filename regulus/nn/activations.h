// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "regulus/base/value.h"
#include "regulus/plan/graph.h"

namespace regulus {

class LayerPtr;

/// An activation by its Keras identifier: linear, relu, relu6, leaky_relu, elu, celu, selu, gelu, silu
/// (swish), sigmoid, hard_sigmoid, hard_silu (hard_swish), tanh, hard_tanh, softplus, softsign, exponential,
/// mish, hard_shrink, soft_shrink, tanh_shrink, squareplus, log_sigmoid, sparse_plus, sparse_sigmoid; along
/// the last axis softmax, log_softmax, sparsemax and glu, which halves it. Formulas and default slopes follow
/// keras.activations. Or a layer: Activation(LeakyReLU({.negative_slope = 0.1})).
class Activation {
 public:
  Activation() = default;  // linear
  /// Throws ConfigError with the nearest known name. The layer is not known yet: its name is in the
  /// error only when the layer is made from a config.
  Activation(const char* identifier) : Activation(std::string(identifier)) {}
  Activation(const std::string& identifier);
  /// What that layer computes: ReLU, LeakyReLU, ELU, Softmax or Activation. Throws ConfigError for another.
  explicit Activation(const LayerPtr& layer);

  /// Keras's name; an alias becomes the name it stands for. Of a layer its class.
  const std::string& name() const { return name_; }
  bool is_linear() const { return name_ == "linear"; }
  /// As Keras stores it: the name, or the layer as an object.
  Value stored() const;

  /// The rows that it makes of those. Throws ShapeError unless they fit: glu needs an even last length, and
  /// what works along an axis needs one.
  Shape output_shape(const Shape& row, const std::string& where) const;
  /// Adds the steps that compute it for such rows; nothing for linear.
  void lower(plan::Graph& graph, const std::string& layer_name, const Shape& row) const;
  /// What is hardly meant, a line each: Layer::notes.
  std::vector<std::string> notes(const std::string& where) const;

 private:
  std::string name_ = "linear";
  std::shared_ptr<const LayerPtr> layer_;  // null: a name
};

}  // namespace regulus
