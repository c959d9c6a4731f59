// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "regulus/nn/layer.h"
#include "regulus/nn/row_axes.h"

namespace regulus {

/// y = e^x / (sum of e^x along the axis, or over several: {1, 2}). Axes are counted as in Keras: 0 is the
/// batch, -1 the last. Follows keras.layers.Softmax. Throws ShapeError for an axis that the rows lack.
class Softmax final : public Layer {
 public:
  struct Options {
    RowAxes axis = -1;
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
  RowAxes axis_;
};

}  // namespace regulus
