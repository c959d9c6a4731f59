// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

#include "regulus/nn/layer.h"

namespace regulus {

struct GlobalPoolingOptions {
  bool keepdims = false;  ///< true: the pooled axes stay, with length 1
  std::string name = {};
  Shape input_shape = {};
};

/// What the global pooling layers share: one number for each channel of an image [height, width,
/// channels] or sequence [steps, channels]. Throws ShapeError for rows of another rank or without pixels.
class GlobalPoolingLayer : public Layer {
 public:
  using Options = GlobalPoolingOptions;
  Value config() const override;
  Shape output_shape(const Shape& input_shape) const override;
  void lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t position) const override;

 protected:
  GlobalPoolingLayer(Options options, std::size_t num_axes, plan::Pool pool)
      : Layer(std::move(options.name), std::move(options.input_shape)),
        keepdims_(options.keepdims),
        num_axes_(num_axes),
        pool_(pool) {}
  static Options options_from_config(const char* class_name, const Value& config);

 private:
  bool keepdims_;
  std::size_t num_axes_;
  plan::Pool pool_;
};

/// y = the largest pixel, NaN if there is one; equal ones share the gradient. Follows
/// keras.layers.GlobalMaxPooling2D.
class GlobalMaxPooling2D final : public GlobalPoolingLayer {
 public:
  explicit GlobalMaxPooling2D(Options options)
      : GlobalPoolingLayer(std::move(options), 2, plan::Pool::kSharedMax) {}
  GlobalMaxPooling2D() : GlobalMaxPooling2D(Options{}) {}
  static GlobalMaxPooling2D from_config(const Value& config) {
    return GlobalMaxPooling2D(options_from_config("GlobalMaxPooling2D", config));
  }
  const char* class_name() const override { return "GlobalMaxPooling2D"; }
};

/// GlobalMaxPooling2D on sequences. Follows keras.layers.GlobalMaxPooling1D.
class GlobalMaxPooling1D final : public GlobalPoolingLayer {
 public:
  explicit GlobalMaxPooling1D(Options options)
      : GlobalPoolingLayer(std::move(options), 1, plan::Pool::kSharedMax) {}
  GlobalMaxPooling1D() : GlobalMaxPooling1D(Options{}) {}
  static GlobalMaxPooling1D from_config(const Value& config) {
    return GlobalMaxPooling1D(options_from_config("GlobalMaxPooling1D", config));
  }
  const char* class_name() const override { return "GlobalMaxPooling1D"; }
};

/// y = the mean of all pixels. Follows keras.layers.GlobalAveragePooling2D.
class GlobalAveragePooling2D final : public GlobalPoolingLayer {
 public:
  explicit GlobalAveragePooling2D(Options options)
      : GlobalPoolingLayer(std::move(options), 2, plan::Pool::kAverage) {}
  GlobalAveragePooling2D() : GlobalAveragePooling2D(Options{}) {}
  static GlobalAveragePooling2D from_config(const Value& config) {
    return GlobalAveragePooling2D(options_from_config("GlobalAveragePooling2D", config));
  }
  const char* class_name() const override { return "GlobalAveragePooling2D"; }
};

/// GlobalAveragePooling2D on sequences. Follows keras.layers.GlobalAveragePooling1D.
class GlobalAveragePooling1D final : public GlobalPoolingLayer {
 public:
  explicit GlobalAveragePooling1D(Options options)
      : GlobalPoolingLayer(std::move(options), 1, plan::Pool::kAverage) {}
  GlobalAveragePooling1D() : GlobalAveragePooling1D(Options{}) {}
  static GlobalAveragePooling1D from_config(const Value& config) {
    return GlobalAveragePooling1D(options_from_config("GlobalAveragePooling1D", config));
  }
  const char* class_name() const override { return "GlobalAveragePooling1D"; }
};

// Keras's other names.
using GlobalMaxPool1D = GlobalMaxPooling1D;
using GlobalMaxPool2D = GlobalMaxPooling2D;
using GlobalAvgPool1D = GlobalAveragePooling1D;
using GlobalAvgPool2D = GlobalAveragePooling2D;

}  // namespace regulus
