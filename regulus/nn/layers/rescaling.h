// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "regulus/nn/layer.h"

namespace regulus {

/// y = x scale + offset, both numbers. Follows keras.layers.Rescaling. Throws ConfigError unless they are
/// finite.
class Rescaling final : public Layer {
 public:
  struct Options {
    double scale = 1;
    double offset = 0;
    std::string name = {};
    Shape input_shape = {};
  };
  explicit Rescaling(Options options);
  static Rescaling from_config(const Value& config);
  const char* class_name() const override { return "Rescaling"; }
  Value config() const override;
  Shape output_shape(const Shape& input_shape) const override { return input_shape; }
  void lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t position) const override;

 private:
  double scale_;
  double offset_;
};

}  // namespace regulus
