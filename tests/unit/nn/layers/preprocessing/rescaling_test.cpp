// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/preprocessing/rescaling.h"

#include <gtest/gtest.h>

#include <cmath>

#include "regulus/nn/layers/reshaping/flatten.h"
#include "regulus/train/sequential.h"
#include "unit/nn/golden_layer.h"

namespace regulus {
namespace {

using testing::expect_error;

TEST(Rescaling, FollowsKeras) {
  testing::expect_layer_follows_keras("Rescaling", 2e-7);  // double rounds once, float twice
}

// By the definition, with numbers that are exact.
TEST(Rescaling, HasAScaleAndAnOffsetForEachChannel) {
  const LayerPtr layer = Rescaling({.scale = {0.5, 2, 4}, .offset = -1});
  const Tensor x(Shape{1, 2, 3}, {2, 2, 2, 4, 4, 4});
  Sequential model({layer, Flatten()});
  model.build({2, 3});
  EXPECT_EQ(model.predict(x), Tensor(Shape({1, 6}), {0, 3, 7, 1, 7, 15}));
  EXPECT_EQ(layer->config().at("scale"), Value(Value::List{0.5, 2.0, 4.0}));
  EXPECT_EQ(Rescaling::from_config(layer->config()).config(), layer->config());
  Sequential offsets({Rescaling({.scale = 2, .offset = {1, 2}})});
  offsets.build({2});
  EXPECT_EQ(offsets.predict(Tensor(Shape{1, 2}, {3, 5})), Tensor(Shape({1, 2}), {7, 12}));
}

TEST(Rescaling, SaysWhatIsWrong) {
  expect_error<ConfigError>([] { Rescaling({.scale = std::nan(""), .name = "r"}); },
                            "Rescaling \"r\": scale must be finite, got nan.");
  expect_error<ConfigError>([] { Rescaling({.scale = 1, .offset = HUGE_VAL}); },
                            "Rescaling: offset must be finite, got inf.");
  expect_error<ConfigError>([] { Rescaling({}); },
                            "Rescaling: scale is missing. Say what to multiply by, e.g. .scale = 1.0 / 255.");
  expect_error<ConfigError>(
      [] {
        Rescaling::from_config(Value::Dict{{"name", "r"}});
      },
      "Rescaling \"r\": scale is missing. It must be a number or a list of numbers.");
  expect_error<ConfigError>(
      [] {
        Rescaling::from_config(Value::Dict{{"scale", Value::List{1, "2"}}});
      },
      "Rescaling: scale must be a number or a list of numbers, got \"2\".");
  expect_error<ConfigError>(
      [] {
        Rescaling::from_config(Value::Dict{{"scale", 1}, {"offset", nullptr}});
      },
      "Rescaling: offset must be a number or a list of numbers, got null.");
  expect_error<ShapeError>(
      [] {
        Rescaling({.scale = {1, 2}}).output_shape({2, 3});
      },
      "Rescaling: scale must be one number, or one for each index of the last axis (expected "
      "3, found 2).");
}

}  // namespace
}  // namespace regulus
