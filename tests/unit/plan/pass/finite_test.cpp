// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/pass/finite.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace regulus::plan {
namespace {

template <class T>
void check() {
  using Limits = std::numeric_limits<T>;
  const T good[] = {0, -T{0}, 1, -1, Limits::max(), -Limits::max(), Limits::min(), Limits::denorm_min()};
  const T bad[] = {Limits::infinity(), -Limits::infinity(), Limits::quiet_NaN(), -Limits::quiet_NaN()};
  for (std::size_t length = 1; length < 40; ++length) {
    std::vector<T> values(length);
    for (std::size_t i = 0; i < length; ++i) values[i] = good[i % std::size(good)];
    EXPECT_TRUE(all_finite(values.data(), static_cast<std::int64_t>(length)));
    for (const T value : bad) {
      values[length * 7 / 11] = value;
      EXPECT_FALSE(all_finite(values.data(), static_cast<std::int64_t>(length))) << value;
    }
  }
  EXPECT_TRUE(all_finite<T>(nullptr, 0));
}

TEST(AllFinite, FindsOneValueAnywhere) {
  check<float>();
  check<double>();
}

}  // namespace
}  // namespace regulus::plan
