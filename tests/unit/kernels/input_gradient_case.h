// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include "unit/kernels/blocks.h"

namespace regulus::testing {

/// The input gradient of every instruction set has the reference's bits, and writes its panels only.
inline void check_input_gradient(std::int64_t rows, std::int64_t inputs, std::int64_t units,
                                 std::int64_t panel_begin, std::int64_t panel_end,
                                 Fill fill = Fill::kOrdinary) {
  const std::int64_t dz_stride = kernels::padded(units);
  const std::int64_t dx_stride = kernels::padded(inputs) + kernels::kPanel;
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
  for_each_table([&](const kernels::Table<float>& table, const std::string& isa) {
    expect_same_bits(
        run(table), wanted,
        label(isa, "rows", rows, "inputs", inputs, "units", units, "panels", panel_begin, panel_end));
  });
}

}  // namespace regulus::testing
