// SPDX-License-Identifier: Apache-2.0
#include "regulus/kernels/simd/families.h"
#include "regulus/kernels/simd/lanes.h"

namespace regulus::kernels::REGULUS_KERNELS_ISA {
namespace {

/// Rows of the gradient that are kept in registers while the batch runs.
constexpr int kTile = kWidth == 16 ? 16 : 6;
/// Rows of the batch at a time, and inputs: 16 KiB of x stay in the first-level cache for all tiles.
/// The rows of the next block lie too far apart for the processor to foresee them: asking for them
/// early made batches of 1,024 rows two to three times as fast.
constexpr std::int64_t kBatchBlock = 64;
constexpr std::int64_t kInputBlock = 64;
constexpr int kIntoSecondLevel = 2;

struct Operands {
  const float* x;
  std::int64_t x_stride;
  const float* dz;
  std::int64_t dz_stride;
  std::int64_t rows;
  bool first;  ///< of the batch's blocks: the chains start from 0
};

template <int count, bool prefetch>
void tile(const Operands& o, float* g) {
  Lanes sum[count];
  REGULUS_UNROLL
  for (int k = 0; k < count; ++k) sum[k] = o.first ? Lanes(0) : Lanes::load(g + k * kPanel);
  const float* x = o.x;
  const float* dz = o.dz;
  for (std::int64_t r = 0; r < o.rows; ++r, x += o.x_stride, dz += o.dz_stride) {
    const Lanes d = Lanes::load(dz);
    if constexpr (prefetch) __builtin_prefetch(x + kBatchBlock * o.x_stride, 0, kIntoSecondLevel);
    REGULUS_UNROLL
    for (int k = 0; k < count; ++k) sum[k] = fma(Lanes::all(x[k]), d, sum[k]);
  }
  REGULUS_UNROLL
  for (int k = 0; k < count; ++k) sum[k].store(g + k * kPanel);
}

template <int count, bool prefetch>
void run_tile(std::int64_t wanted, const Operands& o, float* g) {
  if (wanted == count) return tile<count, prefetch>(o, g);
  if constexpr (count > 1) run_tile<count - 1, prefetch>(wanted, o, g);
}

template <bool prefetch>
void all_tiles(Operands o, float* g, std::int64_t inputs) {
  const std::int64_t tiles = (inputs + kTile - 1) / kTile;
  for (std::int64_t i = 0; i < tiles; ++i) {
    const std::int64_t count = inputs / tiles + (i < inputs % tiles ? 1 : 0);
    run_tile<kTile, prefetch>(count, o, g);
    o.x += count;
    g += count * kPanel;
  }
}

void kernel_gradient(const float* x, std::int64_t x_stride, const float* dz, std::int64_t dz_stride, float* g,
                     std::int64_t rows, std::int64_t k_begin, std::int64_t k_end) {
  for (std::int64_t k = k_begin; k < k_end; k += kInputBlock, g += kInputBlock * kPanel) {
    const std::int64_t inputs = kInputBlock < k_end - k ? kInputBlock : k_end - k;
    for (std::int64_t r = 0; r < rows || r == 0; r += kBatchBlock) {
      const std::int64_t count = kBatchBlock < rows - r ? kBatchBlock : rows - r;
      Operands o{x + r * x_stride + k, x_stride, dz + r * dz_stride, dz_stride, count, r == 0};
      if (r + 2 * kBatchBlock <= rows)
        all_tiles<true>(o, g, inputs);
      else
        all_tiles<false>(o, g, inputs);
    }
  }
}

void bias_gradient(const float* dz, std::int64_t dz_stride, float* g, std::int64_t rows) {
  Lanes sum(0);
  for (std::int64_t r = 0; r < rows; ++r) sum = sum + Lanes::load(dz + r * dz_stride);
  sum.store(g);
}

}  // namespace

void add_gradients(Table<float>& table) {
  table.kernel_gradient = kernel_gradient;
  table.bias_gradient = bias_gradient;
}

}  // namespace regulus::kernels::REGULUS_KERNELS_ISA
