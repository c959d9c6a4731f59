// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/activation/relu.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "unit/nn/golden_layer.h"

namespace regulus {
namespace {

using testing::expect_error;

// One or two roundings: 2 ulp.
TEST(ReLU, FollowsKeras) {
  testing::expect_layer_follows_keras("ReLU", 3e-7);
}
TEST(LeakyReLU, FollowsKeras) {
  testing::expect_layer_follows_keras("LeakyReLU", 3e-7);
}
TEST(ELU, FollowsKeras) {
  testing::expect_layer_follows_keras("ELU", 5e-7);  // and 2 ulp of expm1 on both sides
}

TEST(ReLU, LetsNanThroughAndClipsInfinities) {
  const float nan = std::nanf(""), infinity = std::numeric_limits<float>::infinity();
  const Tensor x({1, 3}, {nan, infinity, -infinity});
  const LayerPtr layer = ReLU({.max_value = 2, .threshold = 0.5});
  const Tensor y = testing::run<float>(x, {layer}, plan::Mode::kPredict).output;
  EXPECT_TRUE(std::isnan(y.data()[0]));
  EXPECT_EQ(y.data()[1], 2);
  EXPECT_EQ(y.data()[2], 0);
}

TEST(LinearUnits, SayWhatIsWrong) {
  expect_error<ConfigError>([] { ReLU({.max_value = -1, .name = "r"}); },
                            "ReLU \"r\": max_value must be finite and >= 0, got -1.");
  expect_error<ConfigError>([] { ReLU({.negative_slope = -0.5}); },
                            "ReLU: negative_slope must be finite and >= 0, got -0.5.");
  expect_error<ConfigError>([] { ReLU({.threshold = std::nan("")}); },
                            "ReLU: threshold must be finite and >= 0, got nan.");
  expect_error<ConfigError>([] { LeakyReLU({.negative_slope = -1, .name = "l"}); },
                            "LeakyReLU \"l\": negative_slope must be finite and >= 0, got -1.");
  expect_error<ConfigError>([] { ELU({.alpha = -1, .name = "e"}); },
                            "ELU \"e\": alpha must be finite and >= 0, got -1.");
  expect_error<ConfigError>(
      [] {
        ReLU::from_config(Value::Dict{{"max_value", "six"}});
      },
      "ReLU: max_value must be a number, got \"six\".");
}

}  // namespace
}  // namespace regulus
