// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/reshaping/repeat_vector.h"

#include <gtest/gtest.h>

#include "unit/nn/golden_layer.h"

namespace regulus {
namespace {

using testing::expect_error;

TEST(RepeatVector, FollowsKeras) {
  // A gradient is the float32 sum of three numbers: 1 ulp.
  testing::expect_layer_follows_keras("RepeatVector", 2e-7);
}

TEST(RepeatVector, SaysWhatIsWrong) {
  for (const std::int64_t n : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1} << 31})
    expect_error<ConfigError>(
        [n] { RepeatVector({.n = n, .name = "r"}); },
        "RepeatVector \"r\": n must be in [1, 2147483647], got " + std::to_string(n) + ".");
  expect_error<ShapeError>(
      [] {
        RepeatVector({.n = 2, .name = "r"}).output_shape({4, 5});
      },
      "RepeatVector \"r\": the input rows must have rank 1 (expected (None, features), "
      "found (None, 4, 5)).");
  expect_error<ShapeError>([] { RepeatVector({.n = 1 << 30}).output_shape({4}); },
                           "RepeatVector: the rows must have 1 to 2147483647 features "
                           "(found (None, 1073741824, 4)).");
}

}  // namespace
}  // namespace regulus
