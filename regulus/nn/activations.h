// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "regulus/plan/graph.h"

namespace regulus {

/// An activation by its Keras identifier: linear, relu, relu6, leaky_relu, elu, celu, selu, gelu,
/// silu (swish), sigmoid, hard_sigmoid, hard_silu (hard_swish), tanh, softplus, softsign,
/// exponential, mish, softmax, log_softmax. Formulas and default slopes follow keras.activations.
class Activation {
 public:
  Activation() = default;  // linear
  /// Throws ConfigError with the nearest known name. The layer is not known yet: its name is in the
  /// error only when the layer is made from a config.
  Activation(const char* identifier) : Activation(std::string(identifier)) {}
  Activation(const std::string& identifier);

  /// Keras's name; an alias becomes the name it stands for.
  const std::string& name() const { return name_; }
  bool is_linear() const { return name_ == "linear"; }
  /// True for softmax and its logarithm: they couple the features of a row, which must have rank 1.
  bool works_on_rows() const { return name_ == "softmax" || name_ == "log_softmax"; }
  /// Adds the step that computes it; nothing for linear.
  void lower(plan::Graph& graph, const std::string& layer_name) const;

 private:
  std::string name_ = "linear";
};

}  // namespace regulus
