// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "regulus/nn/layer.h"

namespace regulus {

// Activations with arguments, as layers. Each takes rows of any shape and throws ConfigError for an
// argument that is negative or not finite.

/// y = min(x, max_value) where x > threshold, else negative_slope (x - threshold).
/// Follows keras.layers.ReLU.
class ReLU final : public Layer {
 public:
  struct Options {
    std::optional<double> max_value = {};  ///< none: no limit
    double negative_slope = 0;
    double threshold = 0;
    std::string name = {};
    Shape input_shape = {};
  };
  explicit ReLU(Options options);
  ReLU() : ReLU(Options{}) {}
  static ReLU from_config(const Value& config);
  const char* class_name() const override { return "ReLU"; }
  Value config() const override;
  Shape output_shape(const Shape& input_shape) const override { return input_shape; }
  void lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t position) const override;

 private:
  std::optional<double> max_value_;
  double negative_slope_;
  double threshold_;
};

/// y = x where x > 0, else negative_slope x. Follows keras.layers.LeakyReLU.
class LeakyReLU final : public Layer {
 public:
  struct Options {
    double negative_slope = 0.3;
    std::string name = {};
    Shape input_shape = {};
  };
  explicit LeakyReLU(Options options);
  LeakyReLU() : LeakyReLU(Options{}) {}
  static LeakyReLU from_config(const Value& config);
  const char* class_name() const override { return "LeakyReLU"; }
  Value config() const override;
  Shape output_shape(const Shape& input_shape) const override { return input_shape; }
  void lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t position) const override;

 private:
  double negative_slope_;
};

/// y = x where x > 0, else alpha (e^x - 1). Clevert et al. 2016; follows keras.layers.ELU.
class ELU final : public Layer {
 public:
  struct Options {
    double alpha = 1;
    std::string name = {};
    Shape input_shape = {};
  };
  explicit ELU(Options options);
  ELU() : ELU(Options{}) {}
  static ELU from_config(const Value& config);
  const char* class_name() const override { return "ELU"; }
  Value config() const override;
  Shape output_shape(const Shape& input_shape) const override { return input_shape; }
  void lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t position) const override;

 private:
  double alpha_;
};

}  // namespace regulus
