// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/activation/activation_layer.h"

#include <gtest/gtest.h>

#include "support/expect.h"
#include "unit/nn/plan_run.h"

namespace regulus {
namespace {

using testing::expect_error;

TEST(ActivationLayer, ActsOnRowsOfAnyRankElementByElement) {
  const Tensor x({1, 2, 2}, {-1, 2, -3, 4});
  EXPECT_EQ(testing::run<float>(x, {ActivationLayer({.activation = "relu"})}, plan::Mode::kPredict).output,
            Tensor({1, 2, 2}, {0, 2, 0, 4}));
}

TEST(ActivationLayer, LinearIsTheIdentity) {
  const Tensor x({1, 2}, {-1, 2});
  EXPECT_EQ(testing::run<float>(x, {ActivationLayer({})}, plan::Mode::kPredict).output, x);
}

TEST(ActivationLayer, SaysThatSparsemaxIsKerass) {
  EXPECT_EQ(
      ActivationLayer({.activation = "sparsemax", .name = "s"}).notes(),
      (std::vector<std::string>{"Activation \"s\": sparsemax follows Keras, whose outputs do not add up to "
                                "1. For probabilities use softmax."}));
  EXPECT_TRUE(ActivationLayer({.activation = "softmax"}).notes().empty());
}

TEST(ActivationLayer, ConfigErrorsNameTheLayer) {
  expect_error<ConfigError>(
      [] {
        ActivationLayer::from_config(Value::Dict{{"name", "a"}, {"activation", "sleu"}});
      },
      "Activation \"a\": activation \"sleu\" is not known. Did you mean \"selu\"?");
  expect_error<ConfigError>(
      [] {
        ActivationLayer::from_config(Value::Dict{{"name", "a"}, {"activation", "relu"}, {"slope", 1}});
      },
      "Activation \"a\": the config key \"slope\" is not known. Known: name, trainable, dtype, "
      "batch_shape, batch_input_shape, activation.");
}

}  // namespace
}  // namespace regulus
