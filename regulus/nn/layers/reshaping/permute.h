// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "regulus/nn/layer.h"

namespace regulus {

/// Rows with their axes in another order: axis i of the output is axis dims[i] of the input, counted from
/// 1, as 0 is the batch. Follows keras.layers.Permute. Throws ConfigError unless dims holds 1 … its
/// length, each once; ShapeError for rows of another rank.
class Permute final : public Layer {
 public:
  struct Options {
    std::vector<int> dims = {};
    std::string name = {};
    Shape input_shape = {};
  };
  explicit Permute(Options options);
  static Permute from_config(const Value& config);
  const char* class_name() const override { return "Permute"; }
  Value config() const override;
  Shape output_shape(const Shape& input_shape) const override;
  void lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t position) const override;

 private:
  std::vector<int> dims_;
};

}  // namespace regulus
