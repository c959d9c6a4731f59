// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/nn/layer.h"

namespace regulus {

/// [batch, d1, d2, …] -> [batch, d1 d2 …], row-major; costs nothing. Follows keras.layers.Flatten.
class Flatten final : public Layer {
 public:
  struct Options {
    std::string name = {};
    Shape input_shape = {};
  };
  explicit Flatten(Options options);
  Flatten() : Flatten(Options{}) {}
  static Flatten from_config(const Value& config);
  const char* class_name() const override { return "Flatten"; }
  Value config() const override;
  Shape output_shape(const Shape& input_shape) const override;
  void lower(plan::Graph&, const Shape&, std::uint32_t) const override {}
};

}  // namespace regulus
