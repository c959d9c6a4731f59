// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>

#include "unit/kernels/blocks.h"

namespace regulus {
namespace {

const kernels::Table<double>& plain() {
  return kernels::reference_table<double>();
}

TEST(ColumnMatmul, GroupedWeightsLieSideBySide) {
  EXPECT_EQ(kernels::grouped(0), 0);
  EXPECT_EQ(kernels::grouped(1), 4);
  EXPECT_EQ(kernels::grouped(4), 4);
  EXPECT_EQ(kernels::grouped(5), 8);
  EXPECT_EQ(kernels::grouped_index(10, 0, 3), 3);
  EXPECT_EQ(kernels::grouped_index(10, 1, 0), 4);
  EXPECT_EQ(kernels::grouped_index(10, 0, 4), 40);
}

// Three inputs, by hand: row r holds (r, 1, 2), unit n weighs them by (n, 10, 100).
TEST(ColumnMatmul, ByHand) {
  constexpr std::int64_t kRows = 16;
  double x[3 * kRows];
  for (std::int64_t r = 0; r < kRows; ++r) {
    x[r] = static_cast<double>(r);
    x[kRows + r] = 1;
    x[2 * kRows + r] = 2;
  }
  const double w[] = {0, 1, 2, 3, 10, 10, 10, 10, 100, 100, 100, 100};
  const double shift[] = {0.5, 0, 0, 0};
  double base[2 * kRows];
  for (std::int64_t r = 0; r < kRows; ++r) {
    base[r] = 1000;
    base[kRows + r] = 2000 + static_cast<double>(r);
  }
  const std::int32_t base_line[] = {1, 0, 0, 1};
  double y[4 * kRows];
  plain().column_matmul({x, w, shift, nullptr, nullptr, y, kRows, 3, 4});
  for (std::int64_t r = 0; r < kRows; ++r)
    for (std::int64_t n = 0; n < 4; ++n)
      EXPECT_EQ(y[n * kRows + r], static_cast<double>(r * n + 210) + shift[n]);
  plain().column_matmul({x, w, shift, base, base_line, y, kRows, 3, 4});
  EXPECT_EQ(y[0], 2210.5);
  EXPECT_EQ(y[3], 2213.5);
  EXPECT_EQ(y[kRows + 5], 1215);
  EXPECT_EQ(y[3 * kRows + 5], 2005 + 15 + 210);
}

TEST(ColumnSoftmax, SumsToOneOverTheUnitsOfARow) {
  constexpr std::int64_t kRows = 16;
  constexpr std::int64_t kUnits = 5;
  double z[kUnits * kRows];
  for (std::int64_t i = 0; i < kUnits * kRows; ++i)
    z[i] = 300 * static_cast<double>(testing::number_at(5, i));  // its exponential overflows
  double y[kUnits * kRows];
  double log_y[kUnits * kRows];
  plain().column_softmax(z, y, kUnits, kRows);
  plain().column_log_softmax(z, log_y, kUnits, kRows);
  for (std::int64_t r = 0; r < kRows; ++r) {
    double sum = 0;
    for (std::int64_t n = 0; n < kUnits; ++n) sum += y[n * kRows + r];
    EXPECT_NEAR(sum, 1, 1e-15);
    for (std::int64_t n = 1; n < kUnits; ++n) {
      // The definition: log p_n - log p_0 = z_n - z_0.
      const double wanted = z[n * kRows + r] - z[r];
      EXPECT_NEAR(log_y[n * kRows + r] - log_y[r], wanted, 1e-12);  // rounding of 1,800
      EXPECT_NEAR(std::exp(log_y[n * kRows + r]), y[n * kRows + r], 1e-12);
    }
  }
}

}  // namespace
}  // namespace regulus
