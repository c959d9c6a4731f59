// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "regulus/kernels/simd/families.h"
#include "regulus/kernels/simd/tile.h"
#include "regulus/runtime/cache.h"

namespace regulus::kernels::REGULUS_KERNELS_ISA {
namespace {

/// How much of a product is worked on at a time, so that what is read again is still in a cache.
struct Blocks {
  std::int64_t rows;
  std::int64_t inputs;
  std::int64_t panels;
};

/// The rows' outputs, 4,096 units a page each, and their inputs stay near. If all weights do not fit half
/// of the second-level cache, then a part of them that does, for all rows: 1,024 x 1,024 x 1,024 became
/// twice as fast. Shorter chains than 512 lost more by their partial sums than they won.
Blocks blocks_of(std::int64_t rows, std::int64_t inputs, std::int64_t panels) {
  constexpr std::int64_t kFewestRows = 16;
  constexpr std::int64_t kUsualRows = 48;
  constexpr std::int64_t kMostInputs = 512;
  constexpr std::int64_t kOutputs = 65536 / kPanel;  // 256 KiB
  constexpr std::int64_t kInputs = 16384;            // 64 KiB
  Blocks blocks{rows, std::max<std::int64_t>(inputs, 1), panels};
  if (rows <= kFewestRows) return blocks;
  const std::int64_t kept =
      runtime::second_level_cache() / 2 / (kPanel * static_cast<std::int64_t>(sizeof(float)));
  if (rows > kUsualRows && inputs * panels > kept) {
    blocks.inputs = even_block(inputs, kMostInputs);
    blocks.panels = even_block(panels, std::max<std::int64_t>(kept / blocks.inputs, 1));
  }
  const std::int64_t by_outputs = std::max(kFewestRows, kOutputs / std::max<std::int64_t>(blocks.panels, 1));
  const std::int64_t by_inputs = std::max(kUsualRows, kInputs / blocks.inputs);
  blocks.rows = even_block(rows, std::min(by_outputs, by_inputs));
  return blocks;
}

void all_panels(Operands o, std::int64_t rows, std::int64_t panels) {
  for_each_share(panels, cols_for(rows), [&](std::int64_t cols) {
    some_panels<kMaxCols>(o, rows, cols);
    o.next_panels(cols);
  });
}

void all_rows_of_block(Operands o, std::int64_t rows, std::int64_t panels, std::int64_t most) {
  for (; rows > 0; rows -= most) {
    all_panels(o, std::min(most, rows), panels);
    o.next_rows(most);
  }
}

void matmul(const float* x, std::int64_t x_stride, const float* w, const float* bias, float* y,
            std::int64_t y_stride, std::int64_t rows, std::int64_t inputs, std::int64_t panel_begin,
            std::int64_t panel_end) {
  const Blocks blocks = blocks_of(rows, inputs, panel_end - panel_begin);
  for (std::int64_t p = panel_begin; p < panel_end; p += blocks.panels)
    for (std::int64_t k = 0; k < inputs || k == 0; k += blocks.inputs) {
      Operands o{x + k, x_stride, w + k * kPanel, inputs * kPanel, std::min(blocks.inputs, inputs - k), bias,
                 k > 0, y,        y_stride};
      o.next_panels(p);
      all_rows_of_block(o, rows, std::min(blocks.panels, panel_end - p), blocks.rows);
    }
}

}  // namespace

void add_matmul(Table<float>& table) {
  table.matmul = matmul;
}

}  // namespace regulus::kernels::REGULUS_KERNELS_ISA
