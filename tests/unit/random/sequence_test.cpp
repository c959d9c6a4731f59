// SPDX-License-Identifier: Apache-2.0
#include "regulus/random/sequence.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <numeric>

#include "support/golden.h"
#include "unit/random/normal_cdf.h"

namespace regulus::random {
namespace {

// Seeds are fixed, so these tests never flicker; each bound is what chance exceeds once in 10,000.
double chi_square(const std::vector<int>& counts) {
  const double expected =
      std::accumulate(counts.begin(), counts.end(), 0.0) / static_cast<double>(counts.size());
  double sum = 0;
  for (const int count : counts) sum += (count - expected) * (count - expected) / expected;
  return sum;
}

// Kolmogorov and Smirnov's statistic times the root of the sample size.
template <class Cdf>
double kolmogorov_smirnov(std::vector<double> sample, Cdf cdf) {
  std::sort(sample.begin(), sample.end());
  const double n = static_cast<double>(sample.size());
  double distance = 0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const double p = cdf(sample[i]);
    const double at = static_cast<double>(i);
    distance = std::max({distance, p - at / n, (at + 1) / n - p});
  }
  return distance * std::sqrt(n);
}
constexpr double kKsBound = 2.2253;

TEST(Sequence, ReadsTheWordsOfItsCountersInOrder) {
  const Key key(7);
  Sequence sequence(key, 1, 2, 3);
  for (std::uint32_t block = 0; block < 3; ++block)
    for (const std::uint32_t word : philox(key, {block, 1, 2, 3})) EXPECT_EQ(sequence.next_word(), word);
}

TEST(Sequence, UniformsAreUniform) {
  Sequence sequence(Key(1), 0, 0, 0);
  std::vector<double> sample(100000);
  for (double& x : sample) x = sequence.next_uniform();
  EXPECT_LT(kolmogorov_smirnov(sample, [](double x) { return x; }), kKsBound);
}

TEST(NextBelow, IsUniform) {
  const std::map<std::uint32_t, double> bounds = {
      {2, 15.14}, {3, 18.42}, {7, 27.86}, {10, 33.72}, {100, 160.1}};
  for (const auto& [bound, limit] : bounds) {
    Sequence sequence(Key(bound), 0, 0, 0);
    std::vector<int> counts(bound);
    for (int i = 0; i < 100000; ++i) ++counts[sequence.next_below(bound)];
    EXPECT_LT(chi_square(counts), limit) << bound;
  }
}

TEST(NextBelow, HasNoBiasWhereScalingAloneHas) {
  // 2^32 words onto 3 * 2^30 values: without redrawing, every third value comes twice as often.
  constexpr std::uint32_t kBound = 3u << 30;
  Sequence sequence(Key(5), 0, 0, 0);
  std::vector<int> counts(3);
  for (int i = 0; i < 100000; ++i) {
    const std::uint32_t value = sequence.next_below(kBound);
    ASSERT_LT(value, kBound);
    ++counts[value % 3];
  }
  EXPECT_LT(chi_square(counts), 18.42);
}

TEST(NextBelow, OneAndTheLargestBound) {
  Sequence sequence(Key(6), 0, 0, 0);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(sequence.next_below(1), 0u);
  for (int i = 0; i < 100; ++i) EXPECT_LT(sequence.next_below(0xffffffff), 0xffffffffu);
}

TEST(NormalQuantile, AgreesWithSixtyDigits) {
  for (const auto& c : testing::golden("normal_quantile.json").at("cases")) {
    const double p = std::strtod(c.at("p").get<std::string>().c_str(), nullptr);
    const double wanted = std::strtod(c.at("x").get<std::string>().c_str(), nullptr);
    const double found = normal_quantile(p);
    // AS 241 promises about 1e-16; the two rational functions, the root and our log add some ulp.
    EXPECT_NEAR(found, wanted, 1e-15 * std::fabs(wanted)) << "p = " << p;
  }
}

TEST(NormalQuantile, IsOddAndRisesAcrossItsRegions) {
  for (const double p : {1e-3, 0.02, 0.074, 0.075, 0.0751, 0.3}) {
    const double q = 0x1p-53 * std::round(p * 0x1p53);  // so that 1 - q is exact
    EXPECT_EQ(normal_quantile(1 - q), -normal_quantile(q));
  }
  for (const double border : {0.075, 0.925, 1.3887943864964021e-11}) {
    double before = normal_quantile(border * (1 - 1e-9));
    for (int i = -9; i <= 10; ++i) {
      const double next = normal_quantile(border * (1 + i * 1e-10));
      EXPECT_LT(before, next) << border << " " << i;
      before = next;
    }
  }
}

TEST(NextNormal, HasTheMomentsAndTheShapeOfANormal) {
  constexpr int kCount = 200000;
  Sequence sequence(Key(2), 0, 0, 0);
  std::vector<double> sample(kCount);
  for (double& x : sample) x = sequence.next_normal();
  double sums[5] = {};
  for (const double x : sample)
    for (int k = 1; k <= 4; ++k) sums[k] += std::pow(x, k);
  const double four_errors = 4 / std::sqrt(kCount);  // four standard errors, up to each moment's deviation
  EXPECT_NEAR(sums[1] / kCount, 0, four_errors);
  EXPECT_NEAR(sums[2] / kCount, 1, four_errors * std::sqrt(2.0));
  EXPECT_NEAR(sums[3] / kCount, 0, four_errors * std::sqrt(15.0));
  EXPECT_NEAR(sums[4] / kCount, 3, four_errors * std::sqrt(96.0));
  EXPECT_LT(kolmogorov_smirnov(sample, normal_cdf), kKsBound);
}

TEST(NextTruncatedNormal, StaysWithinTwoAndHasItsMoments) {
  constexpr int kCount = 200000;
  Sequence sequence(Key(3), 0, 0, 0);
  std::vector<double> sample(kCount);
  for (double& x : sample) x = sequence.next_truncated_normal();
  double sum = 0;
  double squares = 0;
  for (const double x : sample) {
    EXPECT_LE(std::fabs(x), 2.0);
    sum += x;
    squares += x * x;
  }
  // scipy.stats.truncnorm(-2, 2): variance 0.77374130, excess kurtosis -0.63446328.
  constexpr double kVariance = 0.7737413035499232;
  const double four_errors = 4 / std::sqrt(kCount);
  EXPECT_NEAR(sum / kCount, 0, four_errors * std::sqrt(kVariance));
  EXPECT_NEAR(squares / kCount, kVariance, four_errors * kVariance * std::sqrt(2 - 0.6344632828703505));
  const double below = normal_cdf(-2);
  EXPECT_LT(kolmogorov_smirnov(sample, [&](double x) { return (normal_cdf(x) - below) / (1 - 2 * below); }),
            kKsBound);
}

using Order = std::vector<std::uint32_t>;

Order order_of(std::uint64_t seed, std::uint32_t epoch, std::int64_t count) {
  Order order = {9, 9, 9};  // whatever was there
  permutation(Key(seed), epoch, order, count);
  return order;
}

TEST(Permutation, HoldsEveryRowOnce) {
  for (const std::int64_t count : {0, 1, 2, 3, 1000, 60000}) {
    Order order = order_of(1, 0, count);
    ASSERT_EQ(order.size(), static_cast<std::size_t>(count));
    std::sort(order.begin(), order.end());
    for (std::size_t i = 0; i < order.size(); ++i) ASSERT_EQ(order[i], i);
  }
}

TEST(Permutation, DependsOnSeedAndEpochAlone) {
  EXPECT_EQ(order_of(1, 0, 100), order_of(1, 0, 100));
  EXPECT_NE(order_of(1, 0, 100), order_of(1, 1, 100));
  EXPECT_NE(order_of(1, 0, 100), order_of(2, 0, 100));
}

TEST(Permutation, IsTheSameOnEveryMachine) {
  // From an independent program in Python: Philox, Lemire's rejection, Fisher-Yates from the end.
  EXPECT_EQ(order_of(42, 0, 10), (Order{6, 8, 0, 5, 2, 1, 9, 4, 7, 3}));
  EXPECT_EQ(order_of(42, 1, 10), (Order{5, 9, 1, 8, 0, 3, 6, 7, 4, 2}));
  EXPECT_EQ(order_of(0x0123456789abcdef, 7, 12), (Order{4, 8, 1, 0, 11, 9, 3, 7, 6, 5, 10, 2}));
}

TEST(Permutation, AllOrdersAreEquallyLikely) {
  std::map<Order, int> seen;
  for (std::uint32_t epoch = 0; epoch < 24000; ++epoch) ++seen[order_of(4, epoch, 5)];
  std::vector<int> counts;
  for (const auto& [order, count] : seen) counts.push_back(count);
  ASSERT_EQ(counts.size(), 120u);
  EXPECT_LT(chi_square(counts), 185.1);
}

}  // namespace
}  // namespace regulus::random
