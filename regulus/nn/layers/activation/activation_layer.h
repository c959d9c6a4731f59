// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/nn/activations.h"
#include "regulus/nn/layer.h"

namespace regulus {

/// keras.layers.Activation (named so because `Activation` is the identifier's type): y = f(x).
class ActivationLayer final : public Layer {
 public:
  struct Options {
    Activation activation = {};
    std::string name = {};
    Shape input_shape = {};
  };
  explicit ActivationLayer(Options options);
  static ActivationLayer from_config(const Value& config);
  const char* class_name() const override { return "Activation"; }
  Value config() const override;
  Shape output_shape(const Shape& input_shape) const override;
  void lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t position) const override;
  std::vector<std::string> notes() const override;

 private:
  Activation activation_;
};

}  // namespace regulus
