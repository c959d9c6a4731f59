// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "regulus/nn/layers/regularization/dropout.h"

namespace regulus {

/// The options of the spatial dropouts: those of Dropout without a noise shape.
struct SpatialDropoutOptions {
  std::optional<double> rate = {};         ///< required: probability of dropping
  std::optional<std::uint64_t> seed = {};  ///< the layer's own; else the model's
  std::string name = {};
  Shape input_shape = {};
};

/// Dropout of whole channels: one decision for each row and channel, wherever it is in the row.
class SpatialDropout : public Dropout {
 public:
  using Options = SpatialDropoutOptions;
  static Options options_from_config(const char* class_name, const Value& config);
  Value config() const override;
  /// Throws ShapeError for rows of another rank.
  Shape output_shape(const Shape& input_shape) const override;

 protected:
  /// `axes`: 1 for rows [steps, channels], 2 for images. Throws ConfigError as Dropout does.
  SpatialDropout(Options options, const char* class_name, std::size_t axes);

 private:
  std::size_t axes_;
};

/// Follows keras.layers.SpatialDropout1D: rows [steps, channels].
class SpatialDropout1D : public SpatialDropout {
 public:
  explicit SpatialDropout1D(Options options) : SpatialDropout1D(std::move(options), "SpatialDropout1D") {}
  static SpatialDropout1D from_config(const Value& config) {
    return SpatialDropout1D(options_from_config("SpatialDropout1D", config));
  }
  const char* class_name() const override { return "SpatialDropout1D"; }

 protected:
  SpatialDropout1D(Options options, const char* class_name)
      : SpatialDropout(std::move(options), class_name, 1) {}
};

/// Follows keras.layers.SpatialDropout2D with the channels last: rows [height, width, channels].
class SpatialDropout2D : public SpatialDropout {
 public:
  explicit SpatialDropout2D(Options options) : SpatialDropout2D(std::move(options), "SpatialDropout2D") {}
  static SpatialDropout2D from_config(const Value& config) {
    return SpatialDropout2D(options_from_config("SpatialDropout2D", config));
  }
  const char* class_name() const override { return "SpatialDropout2D"; }

 protected:
  SpatialDropout2D(Options options, const char* class_name)
      : SpatialDropout(std::move(options), class_name, 2) {}
};

/// SpatialDropout1D that is drawn in prediction too.
class MCSpatialDropout1D final : public SpatialDropout1D {
 public:
  explicit MCSpatialDropout1D(Options options) : SpatialDropout1D(std::move(options), "MCSpatialDropout1D") {}
  static MCSpatialDropout1D from_config(const Value& config) {
    return MCSpatialDropout1D(options_from_config("MCSpatialDropout1D", config));
  }
  const char* class_name() const override { return "MCSpatialDropout1D"; }
  bool always_on() const override { return true; }
};

/// SpatialDropout2D that is drawn in prediction too.
class MCSpatialDropout2D final : public SpatialDropout2D {
 public:
  explicit MCSpatialDropout2D(Options options) : SpatialDropout2D(std::move(options), "MCSpatialDropout2D") {}
  static MCSpatialDropout2D from_config(const Value& config) {
    return MCSpatialDropout2D(options_from_config("MCSpatialDropout2D", config));
  }
  const char* class_name() const override { return "MCSpatialDropout2D"; }
  bool always_on() const override { return true; }
};

}  // namespace regulus
