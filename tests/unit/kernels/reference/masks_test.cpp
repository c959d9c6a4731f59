// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "unit/kernels/blocks.h"

namespace regulus {
namespace {

using kernels::kPanel;
using kernels::MaskKey;
using testing::Guarded;

constexpr std::uint32_t kStream = random::stream(random::Purpose::kMask, 5);

MaskKey key(std::uint64_t seed, double rate) {
  return {random::Key(seed), kStream, 12, static_cast<std::uint32_t>(std::lround(rate * 65536))};
}

std::vector<bool> draw(const MaskKey& key, const std::vector<std::uint32_t>& ids, std::int64_t units) {
  const std::int64_t words = kernels::panels(units);
  Guarded<std::uint16_t> keep(static_cast<std::int64_t>(ids.size()) * words);
  kernels::reference_table<float>().draw_mask(keep.data(), words, ids.data(),
                                              static_cast<std::int64_t>(ids.size()), units, key);
  EXPECT_TRUE(keep.intact());
  std::vector<bool> kept;
  for (std::int64_t i = 0; i < keep.size(); ++i)
    for (std::int64_t bit = 0; bit < kPanel; ++bit) {
      const bool is_kept = (keep[i] >> bit & 1) != 0;
      const std::int64_t unit = i % words * kPanel + bit;
      if (unit < units) {
        kept.push_back(is_kept);
      } else {
        EXPECT_FALSE(is_kept) << "a unit that does not exist";
      }
    }
  return kept;
}

std::vector<std::uint32_t> ids(std::uint32_t count) {
  std::vector<std::uint32_t> rows(count);
  for (std::uint32_t r = 0; r < count; ++r) rows[r] = r;
  return rows;
}

// By hand from the sentence at MaskKey: unit 300 is in group 2, lane 12 of it, half 2 (word 1, low).
TEST(DrawMask, BitsAreThoseOfPhilox) {
  const std::uint64_t seed = 0xfeedfacecafebeefu;
  const auto word = [&](std::uint32_t block, std::uint32_t row, std::size_t w) {
    return random::philox(random::Key(seed), {block, row, 12, kStream})[w];
  };
  for (const std::uint32_t row : {0u, 7u, 0xffffffffu})
    for (const std::uint32_t threshold : {1000u, 30000u, 65000u}) {
      const MaskKey k{random::Key(seed), kStream, 12, threshold};
      const std::vector<bool> kept = draw(k, {row}, 400);
      EXPECT_EQ(kept[0], (word(0, row, 0) & 0xffff) >= threshold);
      EXPECT_EQ(kept[1], (word(1, row, 0) & 0xffff) >= threshold);
      EXPECT_EQ(kept[16], word(0, row, 0) >> 16 >= threshold);
      EXPECT_EQ(kept[32], (word(0, row, 1) & 0xffff) >= threshold);
      EXPECT_EQ(kept[127], word(15, row, 3) >> 16 >= threshold);
      EXPECT_EQ(kept[128], (word(16, row, 0) & 0xffff) >= threshold);
      EXPECT_EQ(kept[300], (word(2 * 16 + 12, row, 1) & 0xffff) >= threshold);
    }
}

TEST(DrawMask, RateZeroKeepsAllRateOneNone) {
  for (const bool kept : draw(key(1, 0.0), ids(10), 300)) EXPECT_TRUE(kept);
  for (const bool kept : draw(key(1, 1.0), ids(10), 300)) EXPECT_FALSE(kept);
}

TEST(DrawMask, ADecisionDependsOnNothingButItsRowAndUnit) {
  const std::vector<bool> all = draw(key(2, 0.3), ids(50), 300);
  for (const std::uint32_t row : {0u, 13u, 49u}) {
    const std::vector<bool> alone = draw(key(2, 0.3), {row}, 300);
    const std::vector<bool> among = draw(key(2, 0.3), {99, row, 3}, 300);
    const std::vector<bool> narrow = draw(key(2, 0.3), {row}, 150);
    for (std::size_t u = 0; u < 300; ++u) {
      EXPECT_EQ(alone[u], all[row * 300 + u]);
      EXPECT_EQ(among[300 + u], all[row * 300 + u]);
    }
    for (std::size_t u = 0; u < 150; ++u) EXPECT_EQ(narrow[u], alone[u]);
  }
}

/// |observed - expected| of a binomial count, in standard deviations.
double deviations(double observed, double n, double p) {
  return std::fabs(observed - n * p) / std::sqrt(n * p * (1 - p));
}

constexpr double kFourSigma = 4;  // exceeded by chance once in 16,000; the seeds are fixed

TEST(DrawMask, KeepsOneMinusRate) {
  for (const double rate : {0.01, 0.2, 0.5, 0.9}) {
    const std::vector<bool> kept = draw(key(3, rate), ids(1000), 300);
    const double threshold = std::round(rate * 65536) / 65536;
    const auto count = static_cast<double>(std::count(kept.begin(), kept.end(), true));
    EXPECT_LT(deviations(count, 300000, 1 - threshold), kFourSigma) << rate;
  }
}

TEST(DrawMask, EachUnitAndEachRowKeepsItsShare) {
  const std::vector<bool> kept = draw(key(4, 0.2), ids(2000), 256);
  std::vector<double> per_unit(256);
  std::vector<double> per_row(2000);
  for (std::size_t i = 0; i < kept.size(); ++i)
    if (kept[i]) ++per_unit[i % 256], ++per_row[i / 256];
  int far = 0;
  for (const double count : per_unit) far += deviations(count, 2000, 0.8) > 3;
  for (const double count : per_row) far += deviations(count, 256, 0.8) > 3;
  EXPECT_LE(far, 20);  // 2,256 counts, of which 0.27 % lie beyond three deviations by chance: 6
}

// Two decisions that were linked would agree more or less often than p^2 + (1 - p)^2.
TEST(DrawMask, DecisionsAreIndependent) {
  const std::uint32_t rows = 1000;
  const std::vector<bool> here = draw(key(5, 0.5), ids(rows), 256);
  const auto agreement = [&](std::size_t distance) {
    double agree = 0;
    for (std::size_t i = 0; i + distance < here.size(); ++i) agree += here[i] == here[i + distance];
    return deviations(agree, static_cast<double>(here.size() - distance), 0.5);
  };
  for (const std::size_t distance :
       {1u, 2u, 8u, 15u, 16u, 17u, 32u, 64u, 128u, 256u, 512u})  // 256: the next row
    EXPECT_LT(agreement(distance), kFourSigma) << distance;
  MaskKey other_draw = key(5, 0.5);
  other_draw.draw++;
  MaskKey other_stream = key(5, 0.5);
  other_stream.stream++;
  for (const MaskKey& k : {other_draw, other_stream, key(6, 0.5)}) {
    const std::vector<bool> there = draw(k, ids(rows), 256);
    double agree = 0;
    for (std::size_t i = 0; i < here.size(); ++i) agree += here[i] == there[i];
    EXPECT_LT(deviations(agree, static_cast<double>(here.size()), 0.5), kFourSigma);
  }
}

TEST(Mask, ForwardAndBackward) {
  const float infinity = std::numeric_limits<float>::infinity();
  const Guarded<std::uint16_t> keep(1, std::uint16_t{0b101});
  Guarded<float> x(kPanel, infinity);
  x[0] = 2;
  x[2] = -1;
  Guarded<float> y(kPanel);
  const auto& table = kernels::reference_table<float>();
  table.mask_forward(x.data(), keep.data(), 1, y.data(), {1, kPanel, kPanel}, {0.5f, 0.25f, -3.0f});
  EXPECT_EQ(y[0], 1.25f);
  EXPECT_EQ(y[1], -3.0f);  // an infinity is selected away
  EXPECT_EQ(y[2], -0.25f);
  table.mask_backward(x.data(), keep.data(), 1, y.data(), {1, kPanel, kPanel}, 0.5f);
  EXPECT_EQ(y[0], 1.0f);
  EXPECT_EQ(y[1], 0.0f);
  EXPECT_EQ(y[2], -0.5f);
}

}  // namespace
}  // namespace regulus
