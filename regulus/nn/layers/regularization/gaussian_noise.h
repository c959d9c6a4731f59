// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "regulus/nn/layer.h"

namespace regulus {

struct GaussianNoiseOptions {
  std::optional<double> stddev = {};       ///< required, in [0, 1]
  std::optional<std::uint64_t> seed = {};  ///< the layer's own; else the model's
  std::string name = {};
  Shape input_shape = {};
};

/// Training: y = x + n, n normal of mean 0; otherwise y = x. Follows keras.layers.GaussianNoise. Throws
/// ConfigError unless stddev is in [0, 1].
class GaussianNoise : public Layer {
 public:
  using Options = GaussianNoiseOptions;
  explicit GaussianNoise(Options options) : GaussianNoise(std::move(options), "GaussianNoise") {}
  static GaussianNoise from_config(const Value& config) {
    return GaussianNoise(options_from_config("GaussianNoise", config));
  }
  const char* class_name() const override { return "GaussianNoise"; }
  Value config() const override;
  Shape output_shape(const Shape& input_shape) const override { return input_shape; }
  void lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t position) const override;
  bool stochastic() const override { return stddev() > 0; }
  double stddev() const { return *options_.stddev; }

 protected:
  GaussianNoise(Options options, const char* class_name);
  static Options options_from_config(const char* class_name, const Value& config);

 private:
  Options options_;
};

struct GaussianDropoutOptions {
  std::optional<double> rate = {};         ///< required: of the dropout whose variance the noise has
  std::optional<std::uint64_t> seed = {};  ///< the layer's own; else the model's
  std::string name = {};
  Shape input_shape = {};
};

/// Training: y = x n, n normal of mean 1 and variance rate / (1 - rate); otherwise y = x. Srivastava et
/// al. 2014; follows keras.layers.GaussianDropout. Throws ConfigError unless rate is in [0, 1).
class GaussianDropout : public Layer {
 public:
  using Options = GaussianDropoutOptions;
  explicit GaussianDropout(Options options) : GaussianDropout(std::move(options), "GaussianDropout") {}
  static GaussianDropout from_config(const Value& config) {
    return GaussianDropout(options_from_config("GaussianDropout", config));
  }
  const char* class_name() const override { return "GaussianDropout"; }
  Value config() const override;
  Shape output_shape(const Shape& input_shape) const override { return input_shape; }
  void lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t position) const override;
  bool stochastic() const override { return rate() > 0; }
  double rate() const { return *options_.rate; }

 protected:
  GaussianDropout(Options options, const char* class_name);
  static Options options_from_config(const char* class_name, const Value& config);

 private:
  Options options_;
};

/// GaussianNoise that is drawn in prediction too.
class MCGaussianNoise final : public GaussianNoise {
 public:
  explicit MCGaussianNoise(Options options) : GaussianNoise(std::move(options), "MCGaussianNoise") {}
  static MCGaussianNoise from_config(const Value& config) {
    return MCGaussianNoise(options_from_config("MCGaussianNoise", config));
  }
  const char* class_name() const override { return "MCGaussianNoise"; }
  bool always_on() const override { return true; }
};

/// GaussianDropout that is drawn in prediction too.
class MCGaussianDropout final : public GaussianDropout {
 public:
  explicit MCGaussianDropout(Options options) : GaussianDropout(std::move(options), "MCGaussianDropout") {}
  static MCGaussianDropout from_config(const Value& config) {
    return MCGaussianDropout(options_from_config("MCGaussianDropout", config));
  }
  const char* class_name() const override { return "MCGaussianDropout"; }
  bool always_on() const override { return true; }
};

}  // namespace regulus
