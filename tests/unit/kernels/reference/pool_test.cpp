// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "unit/kernels/pool_case.h"

namespace regulus {
namespace {

using testing::Guarded;
using testing::pooling;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInf = std::numeric_limits<float>::infinity();

// The one window over four pixels of one channel.
const kernels::Pooling kFour = pooling({}, {4, 1, 4, 4, 0}, 1);

struct Found {
  float y;
  float place;
};

Found largest(std::initializer_list<float> pixels) {
  Guarded<float> x(kFour.in_stride), y(kFour.out_stride), places(kFour.out_stride);
  std::copy(pixels.begin(), pixels.end(), x.data());
  kernels::reference_table<float>().max_pool_forward(x.data(), y.data(), places.data(), 1, kFour);
  return {y[0], places[0]};
}

TEST(Pool, TheFirstOfEqualMaximaIsItsPlace) {
  EXPECT_EQ(largest({1, 3, 3, 2}).place, 1);
  EXPECT_EQ(largest({2, 2, 2, 2}).place, 0);
  EXPECT_EQ(largest({kInf, 1, kInf, 2}).place, 0);
}

TEST(Pool, MinusZeroEqualsZero) {
  EXPECT_TRUE(std::signbit(largest({-0.0f, 0, 0, -0.0f}).y));
  EXPECT_EQ(largest({-0.0f, 0, 0, -0.0f}).place, 0);
}

TEST(Pool, MinusInfinityIsANumber) {
  EXPECT_EQ(largest({-kInf, -kInf, -kInf, -kInf}).y, -kInf);
  EXPECT_EQ(largest({-kInf, -kInf, -kInf, -kInf}).place, 0);
  EXPECT_EQ(largest({-kInf, -kInf, -1, -kInf}).place, 2);
}

TEST(Pool, ANanCannotHide) {
  EXPECT_TRUE(std::isnan(largest({1, 2, kNan, 3}).y));
  EXPECT_EQ(largest({1, 2, kNan, 3}).place, 2);
  EXPECT_EQ(largest({kNan, 2, kNan, kInf}).place, 0);
}

TEST(Pool, EqualMaximaOfAnImageShareTheGradient) {
  Guarded<float> x(kFour.in_stride), dx(kFour.in_stride);
  const float pixels[] = {3, 1, 3, 3};
  std::copy_n(pixels, 4, x.data());
  const float y = 3, dy = 6;
  kernels::reference_table<float>().shared_max_backward(&dy, x.data(), &y, dx.data(), 1, kFour);
  const float wanted[] = {2, 0, 2, 2};
  for (std::int64_t i = 0; i < 4; ++i) EXPECT_EQ(dx[i], wanted[i]) << i;
  for (std::int64_t i = 4; i < kFour.in_stride; ++i) EXPECT_EQ(dx[i], 0) << i;
}

TEST(Pool, AnEdgesMeanIsThatOfItsOwnPixels) {
  const kernels::Pooling p = pooling({}, {3, 3, 3, 1, 1}, 1);
  Guarded<float> x(p.in_stride), y(p.out_stride);
  const float pixels[] = {1, 2, 6};
  std::copy_n(pixels, 3, x.data());
  kernels::reference_table<float>().average_pool_forward(x.data(), y.data(), 1, p);
  EXPECT_EQ(y[0], 1.5f);
  EXPECT_EQ(y[1], 3.0f);
  EXPECT_EQ(y[2], 4.0f);
}

}  // namespace
}  // namespace regulus
