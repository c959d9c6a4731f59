// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "regulus/nn/layer.h"

namespace regulus {

/// A layer of Keras that changes images at random in training and nothing in prediction: RandomFlip,
/// RandomRotation, RandomZoom, CutMix, … It predicts as if it were not there and is kept in files with its
/// config as it came. A model that has one cannot be trained: fit throws a ConfigError that names it.
///
/// RandomCrop is one for rows of its own height and width: others it would crop, releases of Keras differ in
/// how. Throws ShapeError then.
class Augmentation final : public Layer {
 public:
  /// `class_name` as Keras has it. Throws ConfigError for another, and for a config that is no layer's.
  Augmentation(const std::string& class_name, const Value& config);
  const char* class_name() const override { return class_name_; }
  Value config() const override;
  Shape output_shape(const Shape& input_shape) const override;
  void lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t position) const override;
  std::vector<std::string> notes() const override;

 private:
  const char* class_name_;
  Value::Dict config_;
  std::optional<Shape> size_;  // height and width that the rows must have
};

/// Their class names.
std::vector<std::string_view> known_augmentations();
bool is_augmentation(std::string_view class_name);

}  // namespace regulus
