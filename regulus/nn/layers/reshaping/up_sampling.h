// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "regulus/nn/layer.h"

namespace regulus {

/// Images [height, width, channels] in which each pixel has become size[0] rows and size[1] columns of
/// pixels. Follows keras.layers.UpSampling2D with interpolation "nearest", the only one here. Throws
/// ConfigError unless both sizes are in [1, 2^31); ShapeError for other rows.
class UpSampling2D final : public Layer {
 public:
  struct Options {
    std::array<std::int64_t, 2> size = {2, 2};
    std::string name = {};
    Shape input_shape = {};
  };
  explicit UpSampling2D(Options options);
  static UpSampling2D from_config(const Value& config);
  const char* class_name() const override { return "UpSampling2D"; }
  Value config() const override;
  Shape output_shape(const Shape& input_shape) const override;
  void lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t position) const override;

 private:
  std::array<std::int64_t, 2> size_;
};

}  // namespace regulus
