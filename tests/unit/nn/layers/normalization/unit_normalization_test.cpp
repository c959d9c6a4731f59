// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/normalization/unit_normalization.h"

#include <gtest/gtest.h>

#include "unit/nn/golden_layer.h"

namespace regulus {
namespace {

using testing::expect_error;

// Keras sums squares in float; a short vector's gradients are up to 1e12, a unit's are differences near 0.
TEST(UnitNormalization, FollowsKeras) {
  testing::expect_layer_follows_keras("UnitNormalization", 2e-6, "normalizations.json");
}

TEST(UnitNormalization, HasKerasConfig) {
  testing::expect_config(UnitNormalization({.name = "a"}),
                         testing::golden("normalizations.json").at("default_configs").at("UnitNormalization"),
                         "default");
}

TEST(UnitNormalization, SquaresNeitherOverflowNorVanish) {
  const Tensor x({2, 2}, {3e30f, 4e30f, 3e-9f, 4e-9f});
  // Two roundings to float.
  testing::expect_close(testing::run<float>(x, {UnitNormalization()}, plan::Mode::kPredict).output,
                        Tensor({2, 2}, {0.6f, 0.8f, 0.6f, 0.8f}), 2e-7, 0, "y");
}

TEST(UnitNormalization, SaysWhatIsWrong) {
  expect_error<ConfigError>([] { UnitNormalization({.axis = {}, .name = "u"}); },
                            "UnitNormalization \"u\": axis must name at least one axis.");
  expect_error<ShapeError>([] { UnitNormalization({.axis = 0}).output_shape({4}); },
                           "UnitNormalization: axis 0 is not one of a row's (found (None, 4)). "
                           "Axis 0, the batch, has none: rows do not depend on each other.");
  expect_error<ShapeError>(
      [] {
        UnitNormalization().output_shape({4, 0});
      },
      "UnitNormalization: the rows must have 1 to 2147483647 features (found (None, 4, 0)).");
}

}  // namespace
}  // namespace regulus
