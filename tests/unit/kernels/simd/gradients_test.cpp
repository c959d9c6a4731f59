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

void check_kernel_gradient(std::int64_t rows, std::int64_t inputs, std::int64_t k_begin, std::int64_t k_end,
                           Fill fill, std::int64_t panels = 1) {
  const std::int64_t x_stride = kernels::padded(inputs);
  const std::int64_t dz_stride = (panels + 2) * kPanel;
  const std::int64_t g_stride = (k_end - k_begin + 1) * kPanel;
  const Guarded<float> x = numbers(1, rows * x_stride, fill);
  const Guarded<float> dz = numbers(2, rows * dz_stride, fill);
  const auto run = [&](const kernels::Table<float>& table) {
    Guarded<float> g(panels * g_stride);
    table.kernel_gradient(x.data(), x_stride, dz.data() + kPanel, dz_stride, g.data(), g_stride, rows,
                          k_begin, k_end, panels);
    return g;
  };
  const Guarded<float> wanted = run(kernels::reference_table<float>());
  testing::for_each_table([&](const kernels::Table<float>& table, const std::string& isa) {
    testing::expect_same_bits(run(table), wanted,
                              label(isa, "rows", rows, "k", k_begin, k_end, "panels", panels));
  });
}

TEST(SimdKernelGradient, EveryRowCount) {
  for (std::int64_t rows = 0; rows <= 33; ++rows)
    for (const std::int64_t inputs : {1, 7, 16, 33})
      check_kernel_gradient(rows, inputs, 0, inputs, Fill::kOrdinary);
}

TEST(SimdKernelGradient, TilesOfAnyHeightAndPlace) {
  for (std::int64_t k_begin = 0; k_begin <= 20; k_begin += 5)
    for (std::int64_t k_end = k_begin; k_end <= 100; k_end += 3)
      check_kernel_gradient(32, 100, k_begin, k_end, Fill::kOrdinary);
}

TEST(SimdKernelGradient, BatchesOfSeveralBlocks) {
  for (const std::int64_t rows : {63, 64, 65, 127, 128, 129, 300})
    for (const std::int64_t k_begin : {0, 7}) check_kernel_gradient(rows, 150, k_begin, 150, Fill::kOrdinary);
}

TEST(SimdKernelGradient, SeveralPanels) {
  for (std::int64_t panels = 0; panels <= 5; ++panels)
    for (const std::int64_t rows : {1, 32, 70, 140})
      for (const std::int64_t k_end : {6, 21, 67})
        check_kernel_gradient(rows, 70, 5, k_end, Fill::kOrdinary, panels);
}

TEST(SimdKernelGradient, SpecialNumbers) {
  for (const std::int64_t rows : {1, 4, 32}) check_kernel_gradient(rows, 70, 0, 70, Fill::kSpecial);
}

TEST(SimdBiasGradient, EveryRowCount) {
  for (const Fill fill : {Fill::kOrdinary, Fill::kSpecial})
    for (std::int64_t rows = 0; rows <= 33; ++rows) {
      const std::int64_t stride = 2 * kPanel;
      const Guarded<float> dz = numbers(3, (rows + 1) * stride, fill);
      const auto run = [&](const kernels::Table<float>& table) {
        Guarded<float> g(kPanel);
        table.bias_gradient(dz.data() + kPanel, stride, g.data(), rows);
        return g;
      };
      const Guarded<float> wanted = run(kernels::reference_table<float>());
      testing::for_each_table([&](const kernels::Table<float>& table, const std::string& isa) {
        testing::expect_same_bits(run(table), wanted, label(isa, "rows", rows));
      });
    }
}

}  // namespace
}  // namespace regulus
