// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/preprocessing/augmentation.h"

#include <algorithm>
#include <utility>

#include "regulus/base/error.h"
#include "regulus/nn/identifier.h"
#include "regulus/nn/serialized.h"
#include "regulus/plan/steps/augmentation.h"

namespace regulus {
namespace {

// Each is the identity unless it trains, as asked of Keras 3.15; RandomHeight and RandomWidth are Keras 2's.
constexpr const char* kClasses[] = {"AugMix",
                                    "CutMix",
                                    "Equalization",
                                    "MixUp",
                                    "RandAugment",
                                    "RandomBrightness",
                                    "RandomColorDegeneration",
                                    "RandomColorJitter",
                                    "RandomContrast",
                                    "RandomCrop",
                                    "RandomElasticTransform",
                                    "RandomErasing",
                                    "RandomFlip",
                                    "RandomGaussianBlur",
                                    "RandomGrayscale",
                                    "RandomHeight",
                                    "RandomHue",
                                    "RandomInvert",
                                    "RandomPerspective",
                                    "RandomPosterization",
                                    "RandomRotation",
                                    "RandomSaturation",
                                    "RandomSharpness",
                                    "RandomShear",
                                    "RandomTranslation",
                                    "RandomWidth",
                                    "RandomZoom",
                                    "Solarization"};

const char* known_class(const std::string& class_name) {
  for (const char* known : kClasses)
    if (class_name == known) return known;
  throw_unknown("Layer", class_name, known_augmentations());
}

std::string name_in(const std::string& class_name, const Value& config) {
  return LayerConfig(class_name.c_str(), config).name();
}

Shape shape_in(const std::string& class_name, const Value& config) {
  return LayerConfig(class_name.c_str(), config).input_shape();
}

}  // namespace

Augmentation::Augmentation(const std::string& class_name, const Value& config)
    : Layer(name_in(class_name, config), shape_in(class_name, config)), class_name_(known_class(class_name)) {
  for (const Value::Member& member : config.as_dict())
    if (member.first != "name" && member.first != "batch_shape" && member.first != "batch_input_shape")
      config_.push_back(member);
  if (class_name != "RandomCrop") return;
  LayerConfig reader(class_name_, config);
  size_ = Shape{reader.integer("height", 0), reader.integer("width", 0)};
}

Value Augmentation::config() const {
  Value::Dict config{{"name", name()}};
  config.insert(config.end(), config_.begin(), config_.end());
  return config;
}

Shape Augmentation::output_shape(const Shape& input_shape) const {
  const std::size_t rank = input_shape.rank();
  if (size_ && (rank < 3 || input_shape[rank - 3] != (*size_)[0] || input_shape[rank - 2] != (*size_)[1]))
    throw ShapeError(
        {.where = where(),
         .what = "only images of its own size are taken: releases of Keras crop others differently",
         .expected = "height " + std::to_string((*size_)[0]) + ", width " + std::to_string((*size_)[1]),
         .found = to_batch_string(input_shape),
         .fix = "Crop the images before, and leave the layer out."});
  return input_shape;
}

void Augmentation::lower(plan::Graph& graph, const Shape&, std::uint32_t) const {
  graph.add<plan::AugmentationStep>(plan::AugmentationSpec{where()});
}

std::vector<std::string> Augmentation::notes() const {
  return {where() +
          ": acts in training alone, so predictions pass it unchanged. Models that have it are not trained "
          "here."};
}

std::vector<std::string_view> known_augmentations() {
  return {std::begin(kClasses), std::end(kClasses)};
}

bool is_augmentation(std::string_view class_name) {
  return std::any_of(std::begin(kClasses), std::end(kClasses),
                     [&](const char* known) { return class_name == known; });
}

}  // namespace regulus
