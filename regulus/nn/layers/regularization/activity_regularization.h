// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "regulus/nn/layer.h"

namespace regulus {

/// y = x; adds (l1 sum|x| + l2 sum x^2) / rows to the loss, in evaluation too. Follows
/// keras.layers.ActivityRegularization. Throws ConfigError unless the factors are finite and >= 0.
class ActivityRegularization final : public Layer {
 public:
  struct Options {
    double l1 = 0;
    double l2 = 0;
    std::string name = {};
    Shape input_shape = {};
  };
  explicit ActivityRegularization(Options options);
  static ActivityRegularization from_config(const Value& config);
  const char* class_name() const override { return "ActivityRegularization"; }
  Value config() const override;
  Shape output_shape(const Shape& input_shape) const override { return input_shape; }
  void lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t position) const override;

 private:
  double l1_;
  double l2_;
};

}  // namespace regulus
