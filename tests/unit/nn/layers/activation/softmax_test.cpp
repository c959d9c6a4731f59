// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/activation/softmax.h"

#include <gtest/gtest.h>

#include <cmath>

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
  expect_error<ConfigError>([] { Softmax({.axis = {}, .name = "s"}); },
                            "Softmax \"s\": axis must name at least one axis.");
}

// exp(x) / sum(exp(x)), summed over the axes: of equal numbers each has an equal share.
TEST(Softmax, TakesSeveralAxes) {
  const auto run = [](const RowAxes& axes, const Tensor& x) {
    return testing::run<double>(x, {Softmax({.axis = axes})}, plan::Mode::kPredict).output;
  };
  const Tensor same({1, 2, 3, 2}, std::vector<float>(12, 7));
  for (const auto& [axes, share] : std::vector<std::pair<RowAxes, float>>{{RowAxes{1, 2}, 1 / 6.0f},
                                                                          {RowAxes{2, 3}, 1 / 6.0f},
                                                                          {RowAxes{1, 3}, 0.25f},
                                                                          {RowAxes{1, 2, 3}, 1 / 12.0f}})
    EXPECT_EQ(run(axes, same), Tensor({1, 2, 3, 2}, std::vector<float>(12, share)));
  // Rows [2, 2, 2]: along axes 1 and 3 the vectors are (x0, x1, x4, x5) and (x2, x3, x6, x7).
  const float l2 = std::log(2.0f);
  const Tensor x({1, 2, 2, 2}, {l2, 0, 0, 0, 0, 0, 0, 2 * l2});
  testing::expect_close(
      run({1, 3}, x), Tensor({1, 2, 2, 2}, {0.4f, 0.2f, 1 / 7.0f, 1 / 7.0f, 0.2f, 0.2f, 1 / 7.0f, 4 / 7.0f}),
      1e-6, 0, "apart");  // log(2) is a float
  EXPECT_EQ(Softmax({.axis = {1, 3}}).config().at("axis"), Value(Value::List{1, 3}));
  EXPECT_EQ(Softmax::from_config(Value::Dict{{"axis", Value::List{1, 2}}}).config().at("axis"),
            Value(Value::List{1, 2}));
}

}  // namespace
}  // namespace regulus
