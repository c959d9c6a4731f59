// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/statistics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "regulus/random/sequence.h"
#include "regulus/runtime/team.h"
#include "support/expect.h"

namespace regulus {
namespace {

using testing::expect_error;

Dataset random_floats(std::int64_t rows, std::int64_t width, double centre) {
  random::Sequence words(random::Key(7), 1, 0, 0);
  std::vector<float> values(static_cast<std::size_t>(rows * width));
  for (float& v : values) v = static_cast<float>(centre + words.next_normal());
  return Dataset(Tensor({rows, width}, std::move(values)));
}

TEST(FeatureStatistics, OfBytesAreExact) {
  // Feature 0: 0, 1, 2, 3; mean 1.5, variance 1.25. Feature 1: always 255.
  const auto s = feature_statistics(Dataset::from_bytes({2}, {0, 255, 1, 255, 2, 255, 3, 255}, {}));
  EXPECT_EQ(s.mean, (std::vector<double>{1.5, 255}));
  EXPECT_EQ(s.std, (std::vector<double>{std::sqrt(20.0) / 4, 0}));
}

TEST(FeatureStatistics, OfManyBytesDoNotOverflow) {
  // Two blocks of 65,536 rows and a rest, all at the largest value or, in every second row, 0.
  const std::size_t rows = 140000;
  std::vector<std::uint8_t> values(2 * rows, 255);
  for (std::size_t row = 0; row < rows; row += 2) values[2 * row + 1] = 0;
  const auto s = feature_statistics(Dataset::from_bytes({2}, std::move(values), {}));
  EXPECT_EQ(s.mean, (std::vector<double>{255, 127.5}));
  EXPECT_EQ(s.std, (std::vector<double>{0, 127.5}));
}

TEST(FeatureStatistics, OfFloatsAgreeWithLongDouble) {
  const std::int64_t rows = 5000;
  const Dataset data = random_floats(rows, 3, 1000);
  const auto s = feature_statistics(data);
  for (std::int64_t i = 0; i < 3; ++i) {
    long double sum = 0;
    for (std::int64_t r = 0; r < rows; ++r) sum += static_cast<long double>(data.view().floats[r * 3 + i]);
    const long double mean = sum / rows;
    long double square = 0;
    for (std::int64_t r = 0; r < rows; ++r) {
      const long double d = static_cast<long double>(data.view().floats[r * 3 + i]) - mean;
      square += d * d;
    }
    const auto at = static_cast<std::size_t>(i);
    const auto wanted_std = static_cast<double>(std::sqrt(square / rows));
    // 1e-12: thousands of roundings of 1e-16 each, which do not all go one way.
    EXPECT_NEAR(s.mean[at], static_cast<double>(mean), 1e-12 * 1000);
    EXPECT_NEAR(s.std[at], wanted_std, 1e-12 * wanted_std);
  }
}

TEST(FeatureStatistics, SeeOnlyTheRowsOfTheSlice) {
  const Dataset data = Dataset::from_bytes({1}, {200, 1, 3, 200}, {});
  const auto s = feature_statistics(data.slice(1, 3));
  EXPECT_EQ(s.mean[0], 2);
  EXPECT_EQ(s.std[0], 1);
}

TEST(FeatureStatistics, OfAConstantAreTheConstantAndZero) {
  // The sum of many tenths is not a multiple of a tenth: only comparing values finds the constant.
  const auto s = feature_statistics(Dataset(Tensor({1000, 1}, std::vector<float>(1000, 0.1f))));
  EXPECT_EQ(s.mean[0], static_cast<double>(0.1f));
  EXPECT_EQ(s.std[0], 0);
}

TEST(FeatureStatistics, HaveTheSameBitsForAnyNumberOfThreads) {
  const int before = runtime::num_threads();
  const Dataset data = random_floats(1000, 17, 3);
  runtime::set_num_threads(1);
  const auto alone = feature_statistics(data);
  for (const int threads : {2, 3, 7}) {
    runtime::set_num_threads(threads);
    const auto together = feature_statistics(data);
    EXPECT_EQ(alone.mean, together.mean);
    EXPECT_EQ(alone.std, together.std);
  }
  runtime::set_num_threads(before);
}

TEST(FeatureStatistics, RefuseWhatHasNoMean) {
  expect_error<DataError>(
      [] {
        feature_statistics(Dataset(Tensor({0, 2}, {})));
      },
      "Normalization: the data has no rows. Fit it on the training rows.");
  const float nan = std::numeric_limits<float>::quiet_NaN();
  expect_error<DataError>(
      [&] {
        feature_statistics(Dataset(Tensor({2, 2}, {1, 2, 3, nan})));
      },
      "Normalization: row 1, feature 1 is not finite (found nan). Remove such rows or fill in a value.");
  const float inf = std::numeric_limits<float>::infinity();
  EXPECT_THROW(feature_statistics(Dataset(Tensor({3, 1}, {inf, 0, -inf}))), DataError);
}

}  // namespace
}  // namespace regulus
