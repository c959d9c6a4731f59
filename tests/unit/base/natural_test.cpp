// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/natural.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace regulus {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kTwoUlp = 2 * std::numeric_limits<double>::epsilon();

TEST(Natural, LogarithmIsTheCLibrarys) {
  for (double x = 1e-320; x < 1e300; x *= 1.0371)
    EXPECT_NEAR(natural_log(x), std::log(x), kTwoUlp * std::fabs(std::log(x))) << x;
  for (double x = 0.5; x < 2; x += 0.00037)
    EXPECT_NEAR(natural_log(x), std::log(x), kTwoUlp * std::fabs(std::log(x))) << x;
  EXPECT_EQ(natural_log(1), 0);
  EXPECT_EQ(natural_log(0), -kInfinity);
  EXPECT_EQ(natural_log(kInfinity), kInfinity);
  EXPECT_TRUE(std::isnan(natural_log(-1)));
  EXPECT_TRUE(std::isnan(natural_log(std::nan(""))));
}

TEST(Natural, ExponentialIsTheCLibrarys) {
  for (double x = -708; x < 709; x += 0.0917)
    EXPECT_NEAR(natural_exp(x), std::exp(x), kTwoUlp * std::exp(x)) << x;
  EXPECT_EQ(natural_exp(0), 1);
  EXPECT_EQ(natural_exp(-kInfinity), 0);
  EXPECT_EQ(natural_exp(800), kInfinity);
  EXPECT_TRUE(std::isnan(natural_exp(std::nan(""))));
}

}  // namespace
}  // namespace regulus
