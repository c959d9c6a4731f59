// SPDX-License-Identifier: Apache-2.0
#include "regulus/random/normals.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "unit/random/normal_cdf.h"

namespace regulus::random {
namespace {

constexpr std::uint32_t kStream = stream(Purpose::kNoise, 3);

std::vector<double> drawn(const NormalKey& key, std::size_t count) {
  std::vector<double> z(count);
  draw_normals(key, z);
  return z;
}

// Of two samples of independent standard normals: about normal with standard deviation 1 / sqrt(n).
double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];  // `a` may be shorter
  return sum / static_cast<double>(a.size());
}

TEST(Normals, AreTheQuantilesOfTheirWords) {
  const auto z = drawn({Key(5), 7, 11, kStream}, 9);
  for (std::size_t u = 0; u < z.size(); ++u) {
    const Counter words = philox(Key(5), {static_cast<std::uint32_t>(u / 4), 7, 11, kStream});
    // The C library's distribution function as judge; it is good to 1e-15.
    EXPECT_NEAR(normal_cdf(z[u]), (words[u % 4] + 0.5) / 4294967296.0, 2e-15) << u;
  }
}

TEST(Normals, DoNotDependOnHowManyAreDrawn) {
  const auto all = drawn({Key(5), 7, 11, kStream}, 101);
  for (const std::size_t count : {0, 1, 3, 4, 5, 100}) {
    const auto first = drawn({Key(5), 7, 11, kStream}, count);
    EXPECT_TRUE(std::equal(first.begin(), first.end(), all.begin())) << count;
  }
}

// Fixed keys, so the tests never flicker; bounds are five standard deviations unless said.
TEST(Normals, HaveTheMomentsAndShapeOfANormal) {
  constexpr std::size_t kCount = 400000;
  auto z = drawn({Key(1), 0, 0, kStream}, kCount);
  double moments[5] = {};
  for (const double v : z)
    for (int k = 1; k <= 4; ++k) moments[k] += std::pow(v, k) / kCount;
  // The variances of z, z^2, z^3 and z^4 are 1, 2, 15 and 96.
  const double root = std::sqrt(static_cast<double>(kCount));
  EXPECT_NEAR(moments[1], 0, 5 / root);
  EXPECT_NEAR(moments[2], 1, 5 * std::sqrt(2.0) / root);
  EXPECT_NEAR(moments[3], 0, 5 * std::sqrt(15.0) / root);
  EXPECT_NEAR(moments[4], 3, 5 * std::sqrt(96.0) / root);
  std::sort(z.begin(), z.end());
  double distance = 0;
  for (std::size_t i = 0; i < kCount; ++i)
    distance = std::max(distance, std::fabs(normal_cdf(z[i]) - (static_cast<double>(i) + 0.5) / kCount));
  EXPECT_LT(distance * root, 2.2253);  // Kolmogorov and Smirnov: chance exceeds it once in 10,000
}

TEST(Normals, AreIndependentBetweenUnitsRowsDrawsStreamsAndKeys) {
  constexpr std::size_t kCount = 100000;
  const double bound = 5 / std::sqrt(static_cast<double>(kCount));
  const NormalKey key{Key(2), 4, 6, kStream};
  const auto z = drawn(key, kCount);
  const auto other = [&](auto change) {
    NormalKey changed = key;
    change(changed);
    return correlation(z, drawn(changed, kCount));
  };
  EXPECT_NEAR(other([](NormalKey& k) { ++k.row; }), 0, bound);
  EXPECT_NEAR(other([](NormalKey& k) { ++k.draw; }), 0, bound);
  EXPECT_NEAR(other([](NormalKey& k) { ++k.stream; }), 0, bound);
  EXPECT_NEAR(other([](NormalKey& k) { k.key = Key(3); }), 0, bound);
  for (const std::size_t apart : {1, 2, 3, 4, 16}) {
    const std::vector<double> shifted(z.begin() + static_cast<std::ptrdiff_t>(apart), z.end());
    EXPECT_NEAR(correlation(shifted, z), 0, 1.001 * bound) << apart;  // a few fewer terms
  }
}

}  // namespace
}  // namespace regulus::random
