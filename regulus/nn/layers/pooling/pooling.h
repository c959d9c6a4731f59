// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "regulus/nn/axis_lengths.h"
#include "regulus/nn/layer.h"
#include "regulus/nn/window.h"

namespace regulus {

struct PoolingOptions {
  AxisLengths pool_size = 2;
  AxisLengths strides = {};       ///< as pool_size
  std::string padding = "valid";  ///< whole windows only; "same": ceil(n / stride) windows of what is there
  std::string name = {};
  Shape input_shape = {};
};

/// What the pooling layers share: windows over images [height, width, channels], or over sequences
/// [steps, channels]; each channel by itself. Throws ConfigError for sizes and strides below 1 and another
/// padding; ShapeError for rows of another rank and where not one window fits.
class PoolingLayer : public Layer {
 public:
  using Options = PoolingOptions;
  Value config() const override;
  Shape output_shape(const Shape& input_shape) const override;
  void lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t position) const override;

 protected:
  PoolingLayer(Options options, const char* class_name, std::size_t num_axes, plan::Pool pool);
  static Options options_from_config(const char* class_name, const Value& config);

 private:
  plan::Pool pool_;
  WindowMoves moves_;
};

/// y = the largest pixel of each window; its gradient goes to the first of equal ones. A NaN is larger
/// than any number, so that it cannot hide. Follows keras.layers.MaxPooling2D.
class MaxPooling2D final : public PoolingLayer {
 public:
  explicit MaxPooling2D(Options options)
      : PoolingLayer(std::move(options), "MaxPooling2D", 2, plan::Pool::kMax) {}
  MaxPooling2D() : MaxPooling2D(Options{}) {}
  static MaxPooling2D from_config(const Value& config) {
    return MaxPooling2D(options_from_config("MaxPooling2D", config));
  }
  const char* class_name() const override { return "MaxPooling2D"; }
};

/// MaxPooling2D on sequences. Follows keras.layers.MaxPooling1D.
class MaxPooling1D final : public PoolingLayer {
 public:
  explicit MaxPooling1D(Options options)
      : PoolingLayer(std::move(options), "MaxPooling1D", 1, plan::Pool::kMax) {}
  MaxPooling1D() : MaxPooling1D(Options{}) {}
  static MaxPooling1D from_config(const Value& config) {
    return MaxPooling1D(options_from_config("MaxPooling1D", config));
  }
  const char* class_name() const override { return "MaxPooling1D"; }
};

/// y = the mean of each window's pixels; those that padding "same" adds do not count. Follows
/// keras.layers.AveragePooling2D.
class AveragePooling2D final : public PoolingLayer {
 public:
  explicit AveragePooling2D(Options options)
      : PoolingLayer(std::move(options), "AveragePooling2D", 2, plan::Pool::kAverage) {}
  AveragePooling2D() : AveragePooling2D(Options{}) {}
  static AveragePooling2D from_config(const Value& config) {
    return AveragePooling2D(options_from_config("AveragePooling2D", config));
  }
  const char* class_name() const override { return "AveragePooling2D"; }
};

/// AveragePooling2D on sequences. Follows keras.layers.AveragePooling1D.
class AveragePooling1D final : public PoolingLayer {
 public:
  explicit AveragePooling1D(Options options)
      : PoolingLayer(std::move(options), "AveragePooling1D", 1, plan::Pool::kAverage) {}
  AveragePooling1D() : AveragePooling1D(Options{}) {}
  static AveragePooling1D from_config(const Value& config) {
    return AveragePooling1D(options_from_config("AveragePooling1D", config));
  }
  const char* class_name() const override { return "AveragePooling1D"; }
};

// Keras's other names.
using MaxPool1D = MaxPooling1D;
using MaxPool2D = MaxPooling2D;
using AvgPool1D = AveragePooling1D;
using AvgPool2D = AveragePooling2D;

}  // namespace regulus
