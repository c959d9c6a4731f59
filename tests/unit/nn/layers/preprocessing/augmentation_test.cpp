// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/preprocessing/augmentation.h"

#include <gtest/gtest.h>

#include "regulus/base/json.h"
#include "regulus/nn/registry.h"
#include "regulus/regulus.h"
#include "support/expect.h"

namespace regulus {
namespace {

using testing::expect_error;

// get_config() of Keras 3.15's RandomRotation(0.1).
const char* const kRotation = R"({"name": "turn", "trainable": true, "dtype": "float32",
    "data_format": "channels_last", "factor": [-0.1, 0.1], "fill_mode": "reflect", "fill_value": 0.0,
    "interpolation": "bilinear", "seed": null})";

TEST(Augmentation, KeepsItsConfigAsItCame) {
  const Value config = parse_json(kRotation, "test");
  const LayerPtr layer = layer_from_config("RandomRotation", config);
  EXPECT_EQ(layer->class_name(), std::string("RandomRotation"));
  EXPECT_EQ(layer->config(), config);
  EXPECT_EQ(layer->output_shape({6, 5, 3}), Shape({6, 5, 3}));
  EXPECT_FALSE(layer->stochastic());
  layer->set_name("other");
  EXPECT_EQ(layer->config().at("name"), Value("other"));
}

TEST(Augmentation, DoesNothingInPrediction) {
  Sequential model({layer_from_config("RandomRotation", parse_json(kRotation, "test")), Flatten(),
                    Dense({.units = 2, .name = "dense"})},
                   {.seed = 1});
  Sequential plain({Flatten(), Dense({.units = 2, .name = "dense"})}, {.seed = 1});
  model.build({2, 3, 1});
  plain.build({2, 3, 1});
  plain.set_weights(model.get_weights());
  const Tensor x({2, 2, 3, 1}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
  EXPECT_EQ(model.predict(x), plain.predict(x));
  EXPECT_EQ(model.predict_mc(x, {.samples = 2}).mean, plain.predict(x));
  EXPECT_EQ(model.notes(), (std::vector<std::string>{
                               "RandomRotation \"turn\": acts in training alone, so predictions pass it "
                               "unchanged. Models that have it are not trained here."}));
  EXPECT_NO_THROW(to_onnx(model));
}

TEST(Augmentation, IsRefusedWhenTrainingStarts) {
  Sequential model(
      {layer_from_config("RandomRotation", parse_json(kRotation, "test")), Flatten(), Dense({.units = 1})});
  model.build({2, 3, 1});
  model.compile({.loss = "mse"});
  const Tensor x({2, 2, 3, 1}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
  const Dataset data(x, Tensor({2, 1}, {0, 1}));
  EXPECT_NO_THROW(model.evaluate(data));
  const std::vector<Tensor> before = model.get_weights();
  expect_error<ConfigError>(
      [&] { model.fit(data, {.verbose = 0}); },
      "RandomRotation \"turn\": it changes images at random in training, which regulus does "
      "not compute yet. Train in Keras, or without this layer; predictions are not concerned.");
  EXPECT_EQ(model.get_weights(), before);
}

TEST(Augmentation, RandomCropTakesItsOwnSize) {
  const LayerPtr crop = layer_from_config(
      "RandomCrop", Value::Dict{{"name", "crop"}, {"height", 6}, {"width", 5}, {"seed", 3}});
  EXPECT_EQ(crop->output_shape({6, 5, 3}), Shape({6, 5, 3}));
  expect_error<ShapeError>(
      [&] {
        crop->output_shape({8, 8, 3});
      },
      "RandomCrop \"crop\": only images of its own size are taken: releases of Keras crop "
      "others differently (expected height 6, width 5, found (None, 8, 8, 3)). Crop the images "
      "before, and leave the layer out.");
}

TEST(Augmentation, UnknownOnesAreNamed) {
  expect_error<ConfigError>([] { layer_from_config("RandomFlop", Value::Dict{}); },
                            "Layer: \"RandomFlop\" is not known. Did you mean \"RandomFlip\"?");
}

}  // namespace
}  // namespace regulus
