// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/garments/draw.h"

#include <gtest/gtest.h>

#include <cmath>

#include "support/drawing.h"

namespace regulus::datasets {
namespace {

constexpr int kDraws = 10000;

TEST(Draw, StaysInItsRange) {
  Draw draw = testing::draw_of(0);
  double sum = 0;
  for (int i = 0; i < kDraws; ++i) {
    const float v = draw.uniform(-2, 6);
    ASSERT_GE(v, -2);
    ASSERT_LT(v, 6);
    sum += static_cast<double>(v);
    ASSERT_LT(std::fabs(draw.around(0.5f)), 0.5f);
    const int k = draw.below(7);
    ASSERT_GE(k, 0);
    ASSERT_LT(k, 7);
  }
  EXPECT_NEAR(sum / kDraws, 2, 4 * 8 / std::sqrt(12.0 * kDraws));  // four standard errors
}

TEST(Draw, ChancesComeTrueAsOftenAsTheySay) {
  Draw draw = testing::draw_of(1);
  int hits = 0;
  for (int i = 0; i < kDraws; ++i) hits += draw.chance(0.2f);
  EXPECT_NEAR(hits, 0.2 * kDraws, 4 * std::sqrt(kDraws * 0.16));  // four standard deviations
  EXPECT_FALSE(draw.chance(0));
  EXPECT_TRUE(draw.chance(1));
}

}  // namespace
}  // namespace regulus::datasets
