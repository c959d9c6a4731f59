// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "unit/kernels/blocks.h"

namespace regulus {
namespace {

using testing::Guarded;

constexpr std::uint32_t kIndex[] = {2, 0};

template <class T>
void check_padding(const Guarded<T>& x) {
  EXPECT_TRUE(x.intact());
  for (std::int64_t r = 0; r < 2; ++r)
    for (std::int64_t i = 3; i < 32; ++i) EXPECT_EQ(x[r * 32 + i], T{0});
}

TEST(Gather, BytesScaledAndShifted) {
  const std::uint8_t source[] = {0, 1, 2, 3, 4, 5, 253, 254, 255};
  const float scale[] = {0.5f, 2, 1};
  const float offset[] = {1, 0, -255};
  Guarded<float> x(2 * 32);
  kernels::reference_table<float>().gather_u8(source, 3, kIndex, 2, scale, offset, x.data(), 32);
  EXPECT_EQ(x[0], 127.5f);
  EXPECT_EQ(x[1], 508.0f);
  EXPECT_EQ(x[2], 0.0f);
  EXPECT_EQ(x[32], 1.0f);
  EXPECT_EQ(x[33], 2.0f);
  EXPECT_EQ(x[34], -253.0f);
  check_padding(x);
}

TEST(Gather, PlainValues) {
  const std::uint8_t bytes[] = {0, 1, 2, 3, 4, 5, 253, 254, 255};
  const float floats[] = {0.5f, 1.5f, 2.5f, 3.5f, 4.5f, 5.5f, 6.5f, 7.5f, 8.5f};
  Guarded<double> x(2 * 32);
  kernels::reference_table<double>().gather_u8(bytes, 3, kIndex, 2, nullptr, nullptr, x.data(), 32);
  EXPECT_EQ(x[0], 253);
  EXPECT_EQ(x[34], 2);
  check_padding(x);
  kernels::reference_table<double>().gather_f32(floats, 3, kIndex, 2, nullptr, nullptr, x.data(), 32);
  EXPECT_EQ(x[0], 6.5);
  EXPECT_EQ(x[34], 2.5);
  check_padding(x);
}

}  // namespace
}  // namespace regulus
