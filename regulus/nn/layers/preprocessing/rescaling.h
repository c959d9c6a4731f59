// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "regulus/nn/channel_numbers.h"
#include "regulus/nn/layer.h"

namespace regulus {

/// y = x scale + offset, each a number or one for each index of the last axis. Follows
/// keras.layers.Rescaling. Throws ConfigError unless scale is given and all are finite.
class Rescaling final : public Layer {
 public:
  struct Options {
    ChannelNumbers scale = {};  ///< required
    ChannelNumbers offset = 0.0;
    std::string name = {};
    Shape input_shape = {};
  };
  explicit Rescaling(Options options);
  static Rescaling from_config(const Value& config);
  const char* class_name() const override { return "Rescaling"; }
  Value config() const override;
  /// Throws ShapeError for lists that do not fit the last axis.
  Shape output_shape(const Shape& input_shape) const override;
  void lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t position) const override;

 private:
  ChannelNumbers scale_;
  ChannelNumbers offset_;
};

}  // namespace regulus
