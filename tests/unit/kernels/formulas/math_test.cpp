// SPDX-License-Identifier: Apache-2.0
#include "regulus/kernels/formulas/math.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "regulus/kernels/reference/scalar.h"

namespace regulus {
namespace {

using V = kernels::Scalar<float>;

constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// |found - exact| in units of the last place that a float near `exact` has.
double ulps(float found, long double exact) {
  constexpr int kFractionBits = 23;
  constexpr int kSmallestExponent = -126;
  const int exponent = exact == 0 ? kSmallestExponent : std::max(std::ilogb(exact), kSmallestExponent);
  return static_cast<double>(std::fabs(static_cast<long double>(found) - exact) /
                             std::ldexp(1.0L, exponent - kFractionBits));
}

/// Fails, naming the worst argument, if found(x) is off by more than `bound` ulps for one of the
/// floats of [low, high]: a dense sweep over their bit patterns, so that every size of number counts.
template <class Found, class Exact>
void expect_ulps(double bound, float low, float high, Found found, Exact exact) {
  constexpr std::uint32_t kStep = 9973;
  double worst = 0;
  float where = 0;
  for (std::uint64_t bits = 0; bits < (std::uint64_t{1} << 32); bits += kStep) {
    const float x = std::bit_cast<float>(static_cast<std::uint32_t>(bits));
    if (!(x >= low && x <= high)) continue;
    const double error = ulps(found(V(x)).v, exact(static_cast<long double>(x)));
    if (error <= worst) continue;
    worst = error;
    where = x;
  }
  EXPECT_LE(worst, bound) << "at " << where;
  EXPECT_GT(worst, 0.45) << "a sweep that never misses by half an ulp has tried nothing";
}

TEST(Math, Exp) {
  expect_ulps(
      1, -103, 88.7f, [](V x) { return exp(x); }, [](long double x) { return std::exp(x); });
}

TEST(Math, ExpAtTheEnds) {
  EXPECT_EQ(exp(V(0.0)).v, 1);
  EXPECT_EQ(exp(V(-0.0)).v, 1);
  EXPECT_EQ(exp(V(kInfinity)).v, kInfinity);
  EXPECT_EQ(exp(V(89.0)).v, kInfinity);
  EXPECT_EQ(exp(V(-kInfinity)).v, 0);
  EXPECT_EQ(exp(V(-104.0)).v, 0);
  EXPECT_TRUE(std::isnan(exp(V(std::nan(""))).v));
}

TEST(Math, Expm1) {
  expect_ulps(
      2, -kInfinity, 88.7f, [](V x) { return expm1(x); }, [](long double x) { return std::expm1(x); });
}

TEST(Math, Expm1AtTheEnds) {
  EXPECT_EQ(expm1(V(kInfinity)).v, kInfinity);
  EXPECT_EQ(expm1(V(-kInfinity)).v, -1);
  EXPECT_EQ(expm1(V(1e-40)).v, 1e-40f);
  EXPECT_TRUE(std::signbit(expm1(V(-0.0)).v));
  EXPECT_TRUE(std::isnan(expm1(V(std::nan(""))).v));
}

TEST(Math, Log) {
  expect_ulps(
      2, std::numeric_limits<float>::denorm_min(), std::numeric_limits<float>::max(),
      [](V x) { return log(x); }, [](long double x) { return std::log(x); });
}

TEST(Math, LogAtTheEnds) {
  EXPECT_EQ(log(V(1.0)).v, 0);
  EXPECT_EQ(log(V(0.0)).v, -kInfinity);
  EXPECT_EQ(log(V(-0.0)).v, -kInfinity);
  EXPECT_EQ(log(V(kInfinity)).v, kInfinity);
  EXPECT_TRUE(std::isnan(log(V(-1.0)).v));
  EXPECT_TRUE(std::isnan(log(V(-kInfinity)).v));
  EXPECT_TRUE(std::isnan(log(V(std::nan(""))).v));
}

TEST(Math, Log1pUnit) {
  expect_ulps(
      2, 0, 1, [](V x) { return log1p_unit(x); }, [](long double x) { return std::log1p(x); });
}

TEST(Math, Tanh) {
  expect_ulps(
      2, -kInfinity, kInfinity, [](V x) { return tanh(x); }, [](long double x) { return std::tanh(x); });
  EXPECT_TRUE(std::signbit(tanh(V(-0.0)).v));
  EXPECT_TRUE(std::isnan(tanh(V(std::nan(""))).v));
}

TEST(Math, Sigmoid) {
  expect_ulps(
      2.5, -103, kInfinity, [](V x) { return sigmoid(x); },
      [](long double x) { return 1 / (1 + std::exp(-x)); });
  EXPECT_EQ(sigmoid(V(-kInfinity)).v, 0);
  EXPECT_TRUE(std::isnan(sigmoid(V(std::nan(""))).v));
}

TEST(Math, Softplus) {
  expect_ulps(
      3, -103, std::numeric_limits<float>::max(), [](V x) { return softplus(x); },
      [](long double x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); });
  EXPECT_EQ(softplus(V(kInfinity)).v, kInfinity);
  EXPECT_EQ(softplus(V(-kInfinity)).v, 0);
  EXPECT_TRUE(std::isnan(softplus(V(std::nan(""))).v));
}

V cdf(V x) {
  V density;
  return normal_cdf(x, density);
}
V density(V x) {
  V d;
  normal_cdf(x, d);
  return d;
}

TEST(Math, NormalCdf) {
  expect_ulps(7, -13, kInfinity, cdf, [](long double x) { return std::erfc(-x / std::sqrt(2.0L)) / 2; });
  expect_ulps(3, -13, 13, density,
              [](long double x) { return std::exp(-x * x / 2) * 0.398942280401432677939946L; });
  EXPECT_EQ(cdf(V(-kInfinity)).v, 0);
  EXPECT_TRUE(std::isnan(cdf(V(std::nan(""))).v));
}

TEST(Math, Nearest) {
  for (const auto& [x, wanted] : {std::pair{0.5, 0.0}, {1.5, 2.0}, {2.5, 2.0}, {-0.5, 0.0}, {-3.7, -4.0}})
    EXPECT_EQ(nearest(V(x)).v, wanted) << x;
}

TEST(Math, DoubleUsesTheLibrary) {
  using D = kernels::Scalar<double>;
  EXPECT_EQ(exp(D(0.3)).v, std::exp(0.3));
  EXPECT_EQ(tanh(D(0.3)).v, std::tanh(0.3));
  EXPECT_NEAR(sigmoid(D(0.3)).v, 1 / (1 + std::exp(-0.3)), 1e-16);  // one rounding
}

}  // namespace
}  // namespace regulus
