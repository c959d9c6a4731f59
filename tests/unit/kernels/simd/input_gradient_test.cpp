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

void check(std::int64_t rows, std::int64_t inputs, std::int64_t units, std::int64_t panel_begin,
           std::int64_t panel_end, Fill fill = Fill::kOrdinary) {
  const std::int64_t dz_stride = kernels::padded(units);
  const std::int64_t dx_stride = kernels::padded(inputs) + kPanel;
  Guarded<float> dz = numbers(1, rows * dz_stride, fill);
  for (std::int64_t i = 0; i < dz.size(); ++i)
    if (i % dz_stride >= units) dz[i] = 0;
  Guarded<float> w = numbers(2, inputs * kernels::padded(units), fill);
  for (std::int64_t k = 0; k < inputs; ++k)
    for (std::int64_t n = units; n < kernels::padded(units); ++n) w[kernels::packed_index(inputs, k, n)] = 0;
  const auto run = [&](const kernels::Table<float>& table) {
    Guarded<float> dx(rows * dx_stride);
    Guarded<float> scratch(kernels::input_gradient_scratch(units));
    table.input_gradient(
        {dz.data(), dz_stride, w.data(), dx.data(), dx_stride, rows, inputs, units, panel_begin, panel_end},
        scratch.data());
    EXPECT_TRUE(scratch.intact());
    return dx;
  };
  const Guarded<float> wanted = run(kernels::reference_table<float>());
  testing::for_each_table([&](const kernels::Table<float>& table, const std::string& isa) {
    testing::expect_same_bits(
        run(table), wanted,
        label(isa, "rows", rows, "inputs", inputs, "units", units, "panels", panel_begin, panel_end));
  });
}

TEST(SimdInputGradient, EveryRowCount) {
  for (std::int64_t rows = 0; rows <= 70; ++rows)
    for (const std::int64_t inputs : {33, 64})
      for (const std::int64_t units : {10, 35}) check(rows, inputs, units, 0, kernels::panels(inputs));
}

TEST(SimdInputGradient, EveryInputAndUnitCount) {
  for (const std::int64_t rows : {1, 3, 8, 16, 32, 48})
    for (const std::int64_t inputs : {1, 3, 7, 8, 15, 16, 17, 31, 50})
      for (const std::int64_t units : {1, 2, 3, 4, 5, 15, 16, 17, 31, 33})
        check(rows, inputs, units, 0, kernels::panels(inputs));
}

// Others write their panels at the same time: nothing beside its own may be touched.
TEST(SimdInputGradient, SomePanels) {
  for (const std::int64_t rows : {1, 2, 5, 13, 32, 100})
    for (std::int64_t begin = 0; begin <= 5; ++begin)
      for (std::int64_t end = begin; end <= 5; ++end) check(rows, 75, 20, begin, end);
}

TEST(SimdInputGradient, LargeBatches) {
  for (const std::int64_t rows : {127, 128, 129, 200}) check(rows, 40, 50, 0, 3);
}

TEST(SimdInputGradient, SpecialNumbers) {
  for (const std::int64_t rows : {1, 4, 32, 47}) check(rows, 40, 21, 0, 3, Fill::kSpecial);
}

}  // namespace
}  // namespace regulus
