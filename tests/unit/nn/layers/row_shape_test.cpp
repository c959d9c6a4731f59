// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/row_shape.h"

#include <gtest/gtest.h>

#include "support/expect.h"

namespace regulus {
namespace {

using testing::expect_error;

TEST(RowShape, SaysWhatRowsALayerWants) {
  EXPECT_NO_THROW(require_row_rank("L", {4, 5}, 2, "(None, steps, channels)"));
  expect_error<ShapeError>([] { require_row_rank("L", {4}, 2, "(None, steps, channels)"); },
                           "L: the input rows must have rank 2 (expected (None, steps, channels), "
                           "found (None, 4)).");
}

TEST(RowShape, CountsFeaturesInThirtyOneBits) {
  constexpr std::int64_t kMost = (std::int64_t{1} << 31) - 1;
  EXPECT_NO_THROW(require_row_size("L", {1}));
  EXPECT_NO_THROW(require_row_size("L", {kMost}));
  expect_error<ShapeError>([] { require_row_size("L", {kMost + 1}); },
                           "L: the rows must have 1 to 2147483647 features (found (None, 2147483648)).");
  expect_error<ShapeError>(
      [] {
        require_row_size("L", {3, 0});
      },
      "L: the rows must have 1 to 2147483647 features (found (None, 3, 0)).");
}

TEST(RowShape, ImagesHaveThreeAxes) {
  EXPECT_NO_THROW(require_image("L", {4, 5, 1}));
  EXPECT_THROW(require_image("L", {4, 5}), ShapeError);
  EXPECT_THROW(require_image("L", {4, 5, 0}), ShapeError);
}

}  // namespace
}  // namespace regulus
