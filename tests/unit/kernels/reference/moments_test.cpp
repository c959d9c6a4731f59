// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <vector>

#include "unit/kernels/blocks.h"

namespace regulus {
namespace {

TEST(Moments, AreThoseOfTwoPasses) {
  constexpr std::int64_t kWidth = 20;
  constexpr int kDraws = 100;
  // A mean far from zero, where the sum of squares minus the squared sum would lose all digits.
  const auto value = [](int draw, std::int64_t i) {
    return 1000.0f + testing::number_at(static_cast<std::uint32_t>(draw), i);
  };
  std::vector<double> mean(kWidth);
  std::vector<double> m2(kWidth);
  for (int draw = 0; draw < kDraws; ++draw) {
    std::vector<float> x;
    for (std::int64_t i = 0; i < kWidth; ++i) x.push_back(value(draw, i));
    kernels::reference_table<float>().moments(x.data(), mean.data(), m2.data(), kWidth, draw + 1);
  }
  for (std::int64_t i = 0; i < kWidth; ++i) {
    double sum = 0;
    for (int draw = 0; draw < kDraws; ++draw) sum += value(draw, i);
    const double wanted = sum / kDraws;
    double squares = 0;
    for (int draw = 0; draw < kDraws; ++draw)
      squares += (value(draw, i) - wanted) * (value(draw, i) - wanted);
    const auto at = static_cast<std::size_t>(i);
    EXPECT_NEAR(mean[at], wanted, 1e-11);                // 100 roundings of 1000 in double
    EXPECT_NEAR(m2[at], squares, 1e-9 * (1 + squares));  // deviations of size 1 hold 1e-13 each
  }
}

TEST(Moments, OneDraw) {
  const float x = 3.5f;
  double mean = 0;
  double m2 = 0;
  kernels::reference_table<float>().moments(&x, &mean, &m2, 1, 1);
  EXPECT_EQ(mean, 3.5);
  EXPECT_EQ(m2, 0);
}

}  // namespace
}  // namespace regulus
