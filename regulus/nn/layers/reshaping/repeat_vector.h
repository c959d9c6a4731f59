// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "regulus/nn/layer.h"

namespace regulus {

/// [batch, features] -> [batch, n, features]: each row n times. Follows keras.layers.RepeatVector.
/// Throws ConfigError unless n is in [1, 2^31); ShapeError for rows that are not rank 1.
class RepeatVector final : public Layer {
 public:
  struct Options {
    std::int64_t n = 0;  ///< required
    std::string name = {};
    Shape input_shape = {};
  };
  explicit RepeatVector(Options options);
  static RepeatVector from_config(const Value& config);
  const char* class_name() const override { return "RepeatVector"; }
  Value config() const override;
  Shape output_shape(const Shape& input_shape) const override;
  void lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t position) const override;

 private:
  std::int64_t n_;
};

}  // namespace regulus
