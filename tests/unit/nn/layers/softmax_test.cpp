// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/softmax.h"

#include <gtest/gtest.h>

#include "unit/nn/golden_layer.h"

namespace regulus {
namespace {

using testing::expect_error;

TEST(Softmax, FollowsKeras) {
  testing::expect_layer_follows_keras("Softmax", 5e-7);  // exp, a sum and a quotient: 4 ulp
}

TEST(Softmax, RefusesAxesThatRowsLack) {
  const auto shape = [](std::int64_t axis) {
    return [axis] { Softmax({.axis = axis, .name = "s"}).output_shape({4, 5}); };
  };
  const std::string rest =
      " is not one of a row's (found (None, 4, 5)). "
      "Axis 0, the batch, has none: rows do not depend on each other.";
  for (const std::int64_t axis : {0, 3, -3})
    expect_error<ShapeError>(shape(axis), "Softmax \"s\": axis " + std::to_string(axis) + rest);
  for (const std::int64_t axis : {1, 2, -1, -2}) EXPECT_NO_THROW(shape(axis)());
  expect_error<ConfigError>(
      [] {
        Softmax::from_config(Value::Dict{{"axis", Value::List{1, 2}}});
      },
      "Softmax: axis must be an integer, got a list.");
}

}  // namespace
}  // namespace regulus
