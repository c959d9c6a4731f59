// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>

#include "unit/kernels/blocks.h"

namespace regulus {
namespace {

using kernels::kPanel;
using testing::Guarded;

const kernels::Table<double>& table() {
  return kernels::reference_table<double>();
}

Guarded<double> weights(std::int64_t n) {
  Guarded<double> w(n);
  for (std::int64_t i = 0; i < n; ++i) w[i] = testing::number_at(1, i);
  w[3] = 0;
  return w;
}

TEST(Penalties, SumsOfSizesAndSquares) {
  const Guarded<double> w = weights(10 * kPanel);
  double sums[2];
  table().penalty_sums(w.data(), w.size(), sums);
  double sizes = 0;
  double squares = 0;
  for (std::int64_t i = 0; i < w.size(); ++i) sizes += std::fabs(w[i]), squares += w[i] * w[i];
  EXPECT_NEAR(sums[0], sizes, 1e-12);    // 160 terms of size 1 in another order
  EXPECT_NEAR(sums[1], squares, 1e-12);  // likewise
}

TEST(Penalties, GradientIsTheDerivative) {
  constexpr double kL1 = 0.3;
  constexpr double kL2 = 0.2;
  Guarded<double> w = weights(kPanel);
  Guarded<double> g(kPanel, 0.0);
  table().penalty_gradient(w.data(), g.data(), kPanel, kL1, 2 * kL2);
  EXPECT_EQ(g[3], 0);  // sign(0) = 0
  const auto penalty = [&] {
    double sums[2];
    table().penalty_sums(w.data(), kPanel, sums);
    return kL1 * sums[0] + kL2 * sums[1];
  };
  for (std::int64_t i = 0; i < kPanel; ++i) {
    if (i == 3) continue;
    constexpr double kStep = 1e-6;
    const double at = w[i];
    w[i] = at + kStep;
    const double up = penalty();
    w[i] = at - kStep;
    const double down = penalty();
    w[i] = at;
    EXPECT_NEAR(g[i], (up - down) / (2 * kStep), 1e-8);  // rounding of 1e-15 by the step
  }
}

TEST(Penalties, GradientIsAddedToTheOneThere) {
  const Guarded<double> w(kPanel, -2.0);
  Guarded<double> g(kPanel, 10.0);
  table().penalty_gradient(w.data(), g.data(), kPanel, 0.5, 0.25);
  EXPECT_EQ(g[0], 10 - 0.5 - 0.5);
}

TEST(Clip, ScalesThenBounds) {
  Guarded<double> g(kPanel, 0.0);
  g[0] = 3;
  g[1] = -3;
  g[2] = 0.5;
  table().clip(g.data(), kPanel, 0.5, 1.0);
  EXPECT_EQ(g[0], 1);
  EXPECT_EQ(g[1], -1);
  EXPECT_EQ(g[2], 0.25);
  g[3] = std::nan("");
  table().clip(g.data(), kPanel, 1.0, std::numeric_limits<double>::infinity());
  EXPECT_EQ(g[0], 1);
  EXPECT_TRUE(std::isnan(g[3]));
}

TEST(Decay, TakesAShareAway) {
  Guarded<double> w(kPanel, 2.0);
  table().decay(w.data(), kPanel, 0.25);
  EXPECT_EQ(w[0], 1.5);
}

}  // namespace
}  // namespace regulus
