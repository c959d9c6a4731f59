// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "regulus/nn/layers/core/dense.h"

namespace regulus {

/// The options of Dense, and of what is dropped.
struct DropConnectOptions {
  std::int64_t units = 0;  ///< required
  double rate = 0.5;       ///< probability of a weight being dropped, in [0, 1), drawn to 2^-16
  Activation activation = {};
  bool use_bias = true;
  Initializer kernel_initializer = "glorot_uniform";
  Initializer bias_initializer = "zeros";
  Regularizer kernel_regularizer = {};
  Regularizer bias_regularizer = {};
  Regularizer activity_regularizer = {};
  Constraint kernel_constraint = {};
  Constraint bias_constraint = {};
  std::optional<std::uint64_t> seed = {};  ///< the layer's own; else the model's
  std::string name = {};
  Shape input_shape = {};
};

/// A Dense layer of which training drops weights, not units: y = activation(x W' + b), each element of W'
/// W / (1 - rate) with probability 1 - rate, else 0. One W' a step, for all rows of the batch; the bias
/// stays. Otherwise y = activation(x W + b). Wan et al. 2013, who draw a W' for each row, do not scale it and
/// drop the bias too; Keras has no such layer. In predict_mc a sample has one W' for all rows, whatever
/// `masks` says.
class DropConnect : public Dense {
 public:
  using Options = DropConnectOptions;
  /// Throws what Dense does, and ConfigError for a rate out of its range.
  explicit DropConnect(Options options) : DropConnect(parts_of(std::move(options)), "DropConnect") {}
  static DropConnect from_config(const Value& config) {
    return DropConnect(parts_from_config("DropConnect", config), "DropConnect");
  }
  const char* class_name() const override { return "DropConnect"; }
  Value config() const override;
  bool stochastic() const override { return rate_ > 0; }
  double rate() const { return rate_; }

 protected:
  struct Parts {
    Dense::Options dense;
    double rate;
    std::optional<std::uint64_t> seed;
  };
  static Parts parts_of(Options options);
  static Parts parts_from_config(const char* class_name, const Value& config);
  DropConnect(Parts parts, const char* class_name);
  std::optional<plan::MaskSpec> kernel_mask(std::uint32_t position) const override;

 private:
  double rate_;
  std::optional<std::uint64_t> seed_;
};

/// DropConnect that draws in prediction too: one W' for all rows of a call, or of a sample of predict_mc.
class MCDropConnect final : public DropConnect {
 public:
  explicit MCDropConnect(Options options) : MCDropConnect(parts_of(std::move(options))) {}
  static MCDropConnect from_config(const Value& config) {
    return MCDropConnect(parts_from_config("MCDropConnect", config));
  }
  const char* class_name() const override { return "MCDropConnect"; }
  bool always_on() const override { return true; }

 private:
  explicit MCDropConnect(Parts parts) : DropConnect(std::move(parts), "MCDropConnect") {}
};

}  // namespace regulus
