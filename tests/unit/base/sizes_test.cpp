// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/sizes.h"

#include <gtest/gtest.h>

namespace regulus {
namespace {

constexpr std::int64_t kHalf = std::int64_t{1} << 62;

TEST(Sizes, SumsAndProductsThatFitAreExact) {
  EXPECT_EQ(sum_of(0, 0), 0);
  EXPECT_EQ(sum_of(kHalf, kHalf - 1), kTooLarge);
  EXPECT_EQ(sum_of(kTooLarge - 3, 2), kTooLarge - 1);
  EXPECT_EQ(product_of(0, kTooLarge), 0);
  EXPECT_EQ(product_of(std::int64_t{1} << 31, std::int64_t{1} << 31), kHalf);
  EXPECT_EQ(product_of(3, 5, 7, 11), 1155);
  EXPECT_EQ(rounded_up(0, 64), 0);
  EXPECT_EQ(rounded_up(64, 64), 64);
  EXPECT_EQ(rounded_up(65, 64), 128);
}

TEST(Sizes, OthersAreTooLargeAndStaySo) {
  EXPECT_EQ(sum_of(kHalf, kHalf), kTooLarge);
  EXPECT_EQ(sum_of(kTooLarge, kTooLarge), kTooLarge);
  EXPECT_EQ(product_of(kHalf, 2), kTooLarge);
  EXPECT_EQ(product_of(std::int64_t{1} << 32, std::int64_t{1} << 31), kTooLarge);
  EXPECT_EQ(product_of(kHalf, 4, 3), kTooLarge);
  EXPECT_EQ(sum_of(product_of(kHalf, 4), 1), kTooLarge);
  EXPECT_EQ(rounded_up(kTooLarge - 1, 64), kTooLarge);
  EXPECT_EQ(rounded_up(kTooLarge, 64), kTooLarge);
}

}  // namespace
}  // namespace regulus
