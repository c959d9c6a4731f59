// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/rescaling.h"

#include <gtest/gtest.h>

#include <cmath>

#include "unit/nn/golden_layer.h"

namespace regulus {
namespace {

using testing::expect_error;

TEST(Rescaling, FollowsKeras) {
  testing::expect_layer_follows_keras("Rescaling", 2e-7);  // double rounds once, float twice
}

TEST(Rescaling, SaysWhatIsWrong) {
  expect_error<ConfigError>([] { Rescaling({.scale = std::nan(""), .name = "r"}); },
                            "Rescaling \"r\": scale must be finite, got nan.");
  expect_error<ConfigError>([] { Rescaling({.offset = HUGE_VAL}); },
                            "Rescaling: offset must be finite, got inf.");
  expect_error<ConfigError>(
      [] {
        Rescaling::from_config(Value::Dict{{"name", "r"}});
      },
      "Rescaling \"r\": scale must be a number, got null.");
  expect_error<ConfigError>(
      [] {
        Rescaling::from_config(Value::Dict{{"scale", Value::List{1, 2}}});
      },
      "Rescaling: scale must be a number, got a list.");
}

}  // namespace
}  // namespace regulus
