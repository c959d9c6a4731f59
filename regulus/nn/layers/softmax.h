// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "regulus/nn/layer.h"

namespace regulus {

/// y = e^x / (sum of e^x along the axis). Axes are counted as in Keras: 0 is the batch, -1 the last.
/// Follows keras.layers.Softmax with one axis. Throws ShapeError for an axis that the rows lack.
class Softmax final : public Layer {
 public:
  struct Options {
    std::int64_t axis = -1;
    std::string name = {};
    Shape input_shape = {};
  };
  explicit Softmax(Options options);
  Softmax() : Softmax(Options{}) {}
  static Softmax from_config(const Value& config);
  const char* class_name() const override { return "Softmax"; }
  Value config() const override;
  Shape output_shape(const Shape& input_shape) const override;
  void lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t position) const override;

 private:
  std::int64_t axis_;
};

}  // namespace regulus
