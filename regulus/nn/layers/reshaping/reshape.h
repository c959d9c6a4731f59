// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "regulus/nn/layer.h"

namespace regulus {

/// The same numbers in rows of another shape, row-major; costs nothing. One length may be -1: what the
/// others leave. Follows keras.layers.Reshape. Throws ConfigError unless the others are >= 1; ShapeError
/// for rows of another size.
class Reshape final : public Layer {
 public:
  struct Options {
    std::vector<std::int64_t> target_shape = {};  ///< without the batch axis
    std::string name = {};
    Shape input_shape = {};
  };
  explicit Reshape(Options options);
  static Reshape from_config(const Value& config);
  const char* class_name() const override { return "Reshape"; }
  Value config() const override;
  Shape output_shape(const Shape& input_shape) const override;
  void lower(plan::Graph&, const Shape&, std::uint32_t) const override {}

 private:
  std::vector<std::int64_t> target_shape_;
};

}  // namespace regulus
