// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "regulus/nn/layer.h"
#include "regulus/nn/row_axes.h"

namespace regulus {

/// y = x / |x|, the Euclidean norm over `axis` of each row: x min(1 / sqrt(sum of x^2), 1e12), so a vector of
/// zeros stays. Follows keras.layers.UnitNormalization. Throws ConfigError for no axis, ShapeError for one
/// that the rows lack.
class UnitNormalization final : public Layer {
 public:
  struct Options {
    RowAxes axis = -1;
    std::string name = {};
    Shape input_shape = {};
  };
  explicit UnitNormalization(Options options);
  UnitNormalization() : UnitNormalization(Options{}) {}
  static UnitNormalization from_config(const Value& config);
  const char* class_name() const override { return "UnitNormalization"; }
  Value config() const override;
  Shape output_shape(const Shape& input_shape) const override;
  void lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t position) const override;

 private:
  RowAxes axis_;
};

}  // namespace regulus
