// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "unit/kernels/blocks.h"

namespace regulus {
namespace {

using kernels::Block;
using kernels::kPanel;
using testing::Fill;
using testing::Guarded;
using testing::label;
using testing::numbers;

constexpr float kAlphas[] = {1.0f, 0.2f, 0.01f, 2.5f};

/// Both directions of every activation; backward takes z where the derivative wants y, too.
void check(const Guarded<float>& z, const Guarded<float>& dy, Block block, std::int64_t column, float alpha) {
  const kernels::Table<float>& reference = kernels::reference_table<float>();
  for (int kind = 0; kind < kernels::kNumActivations; ++kind) {
    const auto forward = [&](const kernels::Table<float>& table) {
      Guarded<float> y(z.size());
      table.activation_forward[kind](z.data() + column, y.data() + column, block, alpha);
      return y;
    };
    const auto backward = [&](const kernels::Table<float>& table) {
      Guarded<float> dz(z.size());
      table.activation_backward[kind](dy.data() + column, z.data() + column, dz.data() + column, block,
                                      alpha);
      return dz;
    };
    const Guarded<float> y = forward(reference);
    const Guarded<float> dz = backward(reference);
    testing::for_each_table([&](const kernels::Table<float>& table, const std::string& isa) {
      testing::expect_same_bits(forward(table), y, label(isa, "activation", kind, "alpha", alpha));
      testing::expect_same_bits(backward(table), dz, label(isa, "derivative", kind, "alpha", alpha));
    });
  }
}

TEST(SimdActivations, DenseSweepOfAllFloats) {
  // Every 65,521st float, both signs: all exponents, denormals, infinities and NaNs.
  constexpr std::uint32_t kStep = 65521;
  constexpr std::int64_t kCount = (std::int64_t{1} << 32) / kStep / kPanel * kPanel;
  Guarded<float> z(kCount);
  for (std::int64_t i = 0; i < kCount; ++i)
    z[i] = std::bit_cast<float>(static_cast<std::uint32_t>(i) * kStep);
  check(z, numbers(1, kCount), {1, kCount, kCount}, 0, 1.0f);
}

TEST(SimdActivations, DenseSweepWhereTheyBend) {
  constexpr std::int64_t kCount = 64000;
  Guarded<float> z(kCount);
  for (std::int64_t i = 0; i < kCount; ++i) z[i] = static_cast<float>(i - kCount / 2) * 0x1.0p-8f;
  for (const float alpha : kAlphas) check(z, numbers(2, kCount), {4, kCount / 4, kCount / 4}, 0, alpha);
}

TEST(SimdActivations, SpecialNumbersInBothOperands) {
  const std::int64_t stride = 3 * kPanel;
  const Guarded<float> z = numbers(3, 33 * stride, Fill::kSpecial);
  const Guarded<float> dy = numbers(4, 33 * stride, Fill::kSpecial);
  for (const float alpha : kAlphas)
    for (const std::int64_t rows : {0, 1, 7, 33})
      for (std::int64_t column = 0; column < stride; column += kPanel)
        check(z, dy, {rows, kPanel, stride}, column, alpha);
}

TEST(SimdActivations, InPlace) {
  const std::int64_t count = 5 * kPanel;
  for (int kind = 0; kind < kernels::kNumActivations; ++kind)
    testing::for_each_table([&](const kernels::Table<float>& table, const std::string& isa) {
      const Guarded<float> z = numbers(5, count, Fill::kSpecial);
      const Guarded<float> dy = numbers(6, count);
      Guarded<float> apart(count);
      Guarded<float> here = z;
      table.activation_forward[kind](z.data(), apart.data(), {1, count, count}, 1.0f);
      table.activation_forward[kind](here.data(), here.data(), {1, count, count}, 1.0f);
      testing::expect_same_bits(here, apart, label(isa, "forward", kind));
      here = dy;
      table.activation_backward[kind](dy.data(), z.data(), apart.data(), {1, count, count}, 1.0f);
      table.activation_backward[kind](here.data(), z.data(), here.data(), {1, count, count}, 1.0f);
      testing::expect_same_bits(here, apart, label(isa, "backward", kind));
    });
}

}  // namespace
}  // namespace regulus
