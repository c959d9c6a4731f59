// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/axis_order.h"

#include <gtest/gtest.h>

namespace regulus {
namespace {

using Axes = std::vector<std::size_t>;
using Places = std::vector<std::int64_t>;

TEST(AxisOrder, AxesThatAreLastStandBehindTheOthers) {
  EXPECT_EQ(with_last(4, {1}), (Axes{0, 2, 3, 1}));
  EXPECT_EQ(with_last(3, {0, 2}), (Axes{1, 0, 2}));
  EXPECT_EQ(with_last(2, {}), (Axes{0, 1}));
}

Places places(const plan::StridedView& view) {
  Places all;
  view.for_each_run([&](std::int64_t, std::int64_t count, std::int64_t number, std::int64_t stride) {
    for (std::int64_t i = 0; i < count; ++i) all.push_back(number + i * stride);
  });
  return all;
}

// NumPy: arange(6).reshape(2, 3).transpose(1, 0) and arange(12).reshape(2, 3, 2).transpose(2, 0, 1).
TEST(AxisOrder, FeaturesAreFoundAgain) {
  EXPECT_EQ(places(reordered({2, 3}, {1, 0})), (Places{0, 3, 1, 4, 2, 5}));
  EXPECT_EQ(places(reordered({2, 3, 2}, {2, 0, 1})), (Places{0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11}));
  EXPECT_EQ(places(reordered({2, 2}, {0, 1})), (Places{0, 1, 2, 3}));
}

TEST(AxisOrder, RowsAreRearrangedOnlyIfTheAxesAreNotLast) {
  const auto operations = [](const Shape& row, const Axes& last) {
    plan::Graph graph(row);
    int lowered = 0;
    lower_with_last(graph, "a", row, last, [&] { ++lowered; });
    EXPECT_EQ(lowered, 1);
    return graph.ops().size();
  };
  EXPECT_EQ(operations({4, 5}, {1}), 0u);
  EXPECT_EQ(operations({4, 5}, {0, 1}), 0u);
  EXPECT_EQ(operations({4, 1}, {0}), 0u);  // an axis of length 1 is nowhere
  EXPECT_EQ(operations({4, 5}, {0}), 2u);
}

}  // namespace
}  // namespace regulus
