// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/pass/lane_sum.h"

#include <gtest/gtest.h>

#include <vector>

namespace regulus::plan {
namespace {

TEST(LaneSum, AddsInSixteenLanesAndOneTree) {
  for (const std::int64_t count : {0, 1, 3, 15, 16, 17, 31, 32, 33, 100}) {
    std::vector<double> terms;
    for (std::int64_t i = 0; i < count; ++i) terms.push_back(1 / (1.0 + static_cast<double>(i)));
    double lanes[16] = {};
    for (std::size_t i = 0; i < terms.size(); ++i) lanes[i % 16] += terms[i];
    EXPECT_EQ(lane_sum(count, [&](std::int64_t i) { return terms[static_cast<std::size_t>(i)]; }),
              kernels::sum_tree(lanes))
        << count;
  }
}

}  // namespace
}  // namespace regulus::plan
