// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/orthogonal_matrix.h"

#include <gtest/gtest.h>

#include <cmath>

namespace regulus {
namespace {

std::vector<double> drawn(std::int64_t count, std::int64_t length, std::uint64_t seed) {
  random::Sequence sequence(random::Key(seed), 0, 0, 0);
  return draw_orthonormal(count, length, sequence);
}

double dot(const double* a, const double* b, std::int64_t length) {
  double sum = 0;
  for (std::int64_t i = 0; i < length; ++i) sum += a[i] * b[i];
  return sum;
}

TEST(OrthogonalMatrix, VectorsAreOrthonormalToRounding) {
  for (const auto& [count, length] : {std::pair{1, 1}, {1, 40}, {17, 17}, {64, 64}, {30, 200}}) {
    const std::vector<double> q = drawn(count, length, 1);
    for (std::int64_t i = 0; i < count; ++i)
      for (std::int64_t j = 0; j <= i; ++j)
        // A few roundings of double, 2.2e-16 each, in sums of up to 200 products.
        EXPECT_NEAR(dot(q.data() + i * length, q.data() + j * length, length), i == j ? 1 : 0, 1e-14);
  }
}

TEST(OrthogonalMatrix, IsTheQOfTheDrawnMatrixWithAPositiveDiagonal) {
  constexpr std::int64_t count = 5, length = 8;
  random::Sequence sequence(random::Key(2), 0, 0, 0);
  double a[count][length];
  for (std::int64_t c = 0; c < length; ++c)
    for (std::int64_t i = 0; i < count; ++i) a[i][c] = sequence.next_normal();
  const std::vector<double> q = drawn(count, length, 2);
  // R = Q^T A is upper triangular with a positive diagonal: that makes Q unique.
  for (std::int64_t i = 0; i < count; ++i)
    for (std::int64_t j = 0; j < count; ++j) {
      const double r = dot(q.data() + i * length, a[j], length);
      if (j == i) {
        EXPECT_GT(r, 0) << i;
      } else if (j < i) {
        EXPECT_NEAR(r, 0, 1e-14) << i << " " << j;  // rounding of sums of 8 products of size 1
      }
    }
}

TEST(OrthogonalMatrix, HasNoFavouredDirection) {
  // Haar measure: the first entry of a vector has mean 0 and variance 1 / length.
  constexpr int kDraws = 2000;
  double sum = 0, squares = 0;
  for (int d = 0; d < kDraws; ++d) {
    const double first = drawn(4, 4, static_cast<std::uint64_t>(d))[0];
    sum += first;
    squares += first * first;
  }
  EXPECT_NEAR(sum / kDraws, 0, 5 * std::sqrt(0.25 / kDraws));  // five standard errors
  EXPECT_NEAR(squares / kDraws, 0.25,
              5 * std::sqrt(0.0625 / kDraws));  // variance of x^2 is 1/16 for length 4
}

TEST(OrthogonalMatrix, NothingToDrawGivesNothing) {
  EXPECT_TRUE(drawn(0, 5, 1).empty());
}

}  // namespace
}  // namespace regulus
