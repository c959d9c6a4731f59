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

struct Product {
  std::int64_t rows, inputs, units, panel_begin, panel_end;
  bool bias;
  Fill fill;
};

void check(const Product& c) {
  const std::int64_t x_stride = kernels::padded(c.inputs);
  const std::int64_t y_stride = kernels::padded(c.units);
  const Guarded<float> x = numbers(1, c.rows * x_stride, c.fill);
  const Guarded<float> w = numbers(2, y_stride * c.inputs, c.fill);
  const Guarded<float> bias = numbers(3, y_stride, c.fill);
  const auto run = [&](const kernels::Table<float>& table) {
    Guarded<float> y(c.rows * y_stride);
    table.matmul(x.data(), x_stride, w.data(), c.bias ? bias.data() : nullptr, y.data(), y_stride, c.rows,
                 c.inputs, c.panel_begin, c.panel_end);
    return y;
  };
  const Guarded<float> wanted = run(kernels::reference_table<float>());
  testing::for_each_table([&](const kernels::Table<float>& table, const std::string& isa) {
    testing::expect_same_bits(run(table), wanted,
                              label(isa, "rows", c.rows, "inputs", c.inputs, "units", c.units, "panels",
                                    c.panel_begin, c.panel_end));
  });
}

TEST(SimdMatmul, EveryRowCountAndWidth) {
  for (std::int64_t rows = 1; rows <= 33; ++rows)
    for (const std::int64_t units : {1, 7, 15, 16, 17, 31, 33, 48, 100})
      for (const std::int64_t inputs : {1, 2, 17})
        check({rows, inputs, units, 0, kernels::panels(units), rows % 2 == 0, Fill::kOrdinary});
}

TEST(SimdMatmul, LongChains) {
  for (const std::int64_t inputs : {100, 300, 784, 1024})
    for (const std::int64_t rows : {1, 6, 32, 50}) check({rows, inputs, 100, 0, 7, true, Fill::kOrdinary});
}

TEST(SimdMatmul, SpecialNumbers) {
  for (const std::int64_t rows : {1, 5, 13, 32})
    for (const std::int64_t inputs : {1, 3, 40}) check({rows, inputs, 33, 0, 3, true, Fill::kSpecial});
}

TEST(SimdMatmul, PanelRangesLeaveTheOthersAlone) {
  for (std::int64_t begin = 0; begin <= 6; ++begin)
    for (std::int64_t end = begin; end <= 6; ++end)
      for (const std::int64_t rows : {1, 3, 32}) check({rows, 20, 96, begin, end, true, Fill::kOrdinary});
}

TEST(SimdMatmul, MoreRowsThanTheCacheHolds) {
  check({300, 700, 40, 0, 3, true, Fill::kOrdinary});
  check({4000, 15, 17, 0, 2, false, Fill::kOrdinary});
  check({100, 3000, 20, 0, 2, true, Fill::kOrdinary});
}

TEST(SimdMatmul, MoreWeightsThanTheCacheHolds) {
  check({50, 1100, 260, 0, 17, true, Fill::kOrdinary});
}

TEST(SimdMatmul, NoRowsNoPanels) {
  check({0, 5, 20, 0, 2, true, Fill::kOrdinary});
}

}  // namespace
}  // namespace regulus
