// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "unit/kernels/blocks.h"

namespace regulus {
namespace {

using kernels::kPanel;
using testing::Fill;
using testing::Guarded;
using testing::label;
using testing::numbers;

using Forward = decltype(kernels::Table<float>::softmax_forward) kernels::Table<float>::*;
using Backward = decltype(kernels::Table<float>::softmax_backward) kernels::Table<float>::*;
using Reals = kernels::Table<float>;

constexpr Forward kForward[] = {&Reals::softmax_forward, &Reals::log_softmax_forward};
constexpr Backward kBackward[] = {&Reals::softmax_backward, &Reals::log_softmax_backward};

/// Rows of `units` numbers; the padding holds other finite ones, which nobody may read.
Guarded<float> rows_of(std::uint32_t seed, std::int64_t rows, std::int64_t units, std::int64_t stride,
                       Fill fill) {
  Guarded<float> values = numbers(seed, rows * stride, fill);
  for (std::int64_t i = 0; i < values.size(); ++i)
    if (i % stride >= units) values[i] = 1000.0f;
  return values;
}

void check_softmax_of(std::int64_t rows, std::int64_t units, Fill fill) {
  const std::int64_t stride = kernels::padded(units) + kPanel;
  const Guarded<float> z = rows_of(1, rows, units, stride, fill);
  const Guarded<float> dy = rows_of(2, rows, units, stride, fill);
  for (const Forward kernel : kForward) {
    const auto run = [&](const Reals& table, bool in_place) {
      Guarded<float> y = in_place ? z : Guarded<float>(rows * stride);
      (table.*kernel)(in_place ? y.data() : z.data(), y.data(), rows, units, stride);
      return y;
    };
    const Guarded<float> apart = run(kernels::reference_table<float>(), false);
    const Guarded<float> here = run(kernels::reference_table<float>(), true);
    testing::for_each_table([&](const Reals& table, const std::string& isa) {
      testing::expect_same_bits(run(table, false), apart, label(isa, "forward", rows, units));
      testing::expect_same_bits(run(table, true), here, label(isa, "in place", rows, units));
    });
  }
  for (const Backward kernel : kBackward) {
    const auto run = [&](const Reals& table, bool in_place) {
      Guarded<float> dz = in_place ? dy : Guarded<float>(rows * stride);
      (table.*kernel)(in_place ? dz.data() : dy.data(), z.data(), dz.data(), rows, units, stride);
      return dz;
    };
    const Guarded<float> apart = run(kernels::reference_table<float>(), false);
    const Guarded<float> here = run(kernels::reference_table<float>(), true);
    testing::for_each_table([&](const Reals& table, const std::string& isa) {
      testing::expect_same_bits(run(table, false), apart, label(isa, "backward", rows, units));
      testing::expect_same_bits(run(table, true), here, label(isa, "in place", rows, units));
    });
  }
}

TEST(SimdSoftmax, EveryWidth) {
  for (const Fill fill : {Fill::kOrdinary, Fill::kSpecial})
    for (std::int64_t units = 1; units <= 50; ++units)
      for (const std::int64_t rows : {1, 3}) check_softmax_of(rows, units, fill);
}

TEST(SimdSoftmax, ManyRowsAndWideRows) {
  for (const Fill fill : {Fill::kOrdinary, Fill::kSpecial}) {
    check_softmax_of(1000, 10, fill);
    check_softmax_of(7, 100, fill);
    check_softmax_of(3, 1000, fill);
  }
}

}  // namespace
}  // namespace regulus
