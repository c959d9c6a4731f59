// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/window.h"

#include <gtest/gtest.h>

#include "support/expect.h"

namespace regulus {
namespace {

using testing::expect_error;

// {zeros before, windows} along one axis; the cases are those of TensorFlow's guide to convolution paddings.
std::pair<std::int64_t, std::int64_t> placed(std::int64_t length, std::int64_t kernel, std::int64_t stride,
                                             std::int64_t dilation, const char* padding) {
  const plan::WindowSpec at = place_windows({{kernel}, {stride}, {dilation}, padding}, {length, 2}, "Conv1D");
  return {at.pad_left, at.out_w};
}

using Placed = std::pair<std::int64_t, std::int64_t>;

TEST(Windows, ValidOnesLieInside) {
  EXPECT_EQ(placed(28, 3, 1, 1, "valid"), Placed(0, 26));
  EXPECT_EQ(placed(13, 6, 5, 1, "valid"), Placed(0, 2));
  EXPECT_EQ(placed(9, 3, 1, 4, "valid"), Placed(0, 1));
}

TEST(Windows, SameOnesCoverTheInput) {
  EXPECT_EQ(placed(28, 3, 1, 1, "same"), Placed(1, 28));
  EXPECT_EQ(placed(13, 6, 5, 1, "same"), Placed(1, 3));  // 3 zeros: one before, two behind
  EXPECT_EQ(placed(6, 2, 1, 1, "same"), Placed(0, 6));
  EXPECT_EQ(placed(4, 1, 2, 1, "same"), Placed(0, 2));
  EXPECT_EQ(placed(7, 3, 1, 2, "same"), Placed(2, 7));
}

TEST(Windows, CausalOnesSeeNothingAhead) {
  EXPECT_EQ(placed(8, 3, 1, 1, "causal"), Placed(2, 8));
  EXPECT_EQ(placed(9, 2, 1, 3, "causal"), Placed(3, 9));
}

TEST(Windows, ImagesHaveTwoAxes) {
  const WindowMoves moves{{3, 5}, {1, 2}, {1, 1}, "same"};
  const plan::WindowSpec at = place_windows(moves, {9, 8, 4}, "Conv2D");
  EXPECT_EQ(at.channels, 4);
  EXPECT_EQ(window_shape(moves, at, 6), Shape({9, 4, 6}));
}

TEST(Windows, SayWhatDoesNotFit) {
  expect_error<ShapeError>([] { placed(4, 3, 1, 2, "valid"); },
                           "Conv1D: the window of 3, dilated by 2, does not fit into the input (found (None, "
                           "4, 2)). Make it smaller, or say padding = \"same\".");
  expect_error<ShapeError>(
      [] {
        place_windows({{3}, {1}, {1}, "same"}, {4, 4, 1}, "Conv1D");
      },
      "Conv1D: the input rows must be steps of channels (expected (None, steps, channels), found (None, 4, "
      "4, 1)).");
}

}  // namespace
}  // namespace regulus
