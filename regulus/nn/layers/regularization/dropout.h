// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "regulus/nn/layer.h"

namespace regulus {

/// The options that every dropout layer shares.
struct DropoutOptions {
  std::optional<double> rate = {};    ///< required: probability of dropping, drawn to 2^-16; scales are exact
  std::vector<int> noise_shape = {};  ///< with the batch axis first; -1: the input's length, 1: shared
  std::optional<std::uint64_t> seed = {};  ///< the layer's own; else the model's
  std::string name = {};
  Shape input_shape = {};
};

/// The common half of the dropout layers: arguments, shapes, config, the mask's description.
class DropoutLayer : public Layer {
 public:
  using Options = DropoutOptions;
  double rate() const { return *options_.rate; }
  const Options& options() const { return options_; }
  static Options options_from_config(const char* class_name, const Value& config);

  Value config() const override;
  Shape output_shape(const Shape& input_shape) const override;
  bool stochastic() const override { return rate() > 0; }

 protected:
  /// Throws ConfigError unless rate is given and in [0, 1], without 1 if one_excluded, and the noise shape
  /// holds only -1 and positive lengths. Whether it fits the rows output_shape() says.
  DropoutLayer(Options options, const char* class_name, bool one_excluded);
  /// The mask of these options, without the map of kept and dropped values.
  plan::MaskSpec mask_spec(const Shape& input_shape, std::uint32_t position) const;

 private:
  Options options_;
};

/// Training: y = x / (1 - rate) with probability 1 - rate, else 0 (a NaN is dropped, not multiplied);
/// otherwise y = x. rate in [0, 1]; 1 gives zeros. Srivastava et al. 2014; follows keras.layers.Dropout.
class Dropout : public DropoutLayer {
 public:
  explicit Dropout(Options options) : Dropout(std::move(options), "Dropout") {}
  static Dropout from_config(const Value& config) { return Dropout(options_from_config("Dropout", config)); }
  const char* class_name() const override { return "Dropout"; }
  void lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t position) const override;

 protected:
  Dropout(Options options, const char* class_name) : DropoutLayer(std::move(options), class_name, false) {}
};

/// Training: with alpha' = -1.7580993408473766, a = ((1-p)(1 + p alpha'^2))^-1/2, b = -a alpha' p:
/// y = a x + b if kept, else a alpha' + b, so mean 0 and variance 1 stay. rate in [0, 1).
/// Klambauer et al. 2017; follows keras.layers.AlphaDropout.
class AlphaDropout : public DropoutLayer {
 public:
  explicit AlphaDropout(Options options) : AlphaDropout(std::move(options), "AlphaDropout") {}
  static AlphaDropout from_config(const Value& config) {
    return AlphaDropout(options_from_config("AlphaDropout", config));
  }
  const char* class_name() const override { return "AlphaDropout"; }
  void lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t position) const override;

 protected:
  AlphaDropout(Options options, const char* class_name)
      : DropoutLayer(std::move(options), class_name, true) {}
};

/// Dropout that is drawn in prediction too: the notebook's Monte-Carlo twin (Gal and Ghahramani 2016).
class MCDropout final : public Dropout {
 public:
  explicit MCDropout(Options options) : Dropout(std::move(options), "MCDropout") {}
  static MCDropout from_config(const Value& config) {
    return MCDropout(options_from_config("MCDropout", config));
  }
  const char* class_name() const override { return "MCDropout"; }
  bool always_on() const override { return true; }
};

/// AlphaDropout that is drawn in prediction too.
class MCAlphaDropout final : public AlphaDropout {
 public:
  explicit MCAlphaDropout(Options options) : AlphaDropout(std::move(options), "MCAlphaDropout") {}
  static MCAlphaDropout from_config(const Value& config) {
    return MCAlphaDropout(options_from_config("MCAlphaDropout", config));
  }
  const char* class_name() const override { return "MCAlphaDropout"; }
  bool always_on() const override { return true; }
};

}  // namespace regulus
