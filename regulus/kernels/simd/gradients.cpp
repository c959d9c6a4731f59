// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>

#include "regulus/kernels/simd/families.h"
#include "regulus/kernels/simd/lanes.h"

namespace regulus::kernels::REGULUS_KERNELS_ISA {
namespace {

/// Panels and rows of the gradient that are kept in registers while the batch runs. With one panel every
/// sum asks for a load of its own, as many as the processor has: two were a quarter faster.
constexpr int kMaxCols = kWidth == 16 ? 2 : 1;
constexpr int max_tile(int cols) {
  if (kWidth == 16) return cols == 1 ? 16 : 12;
  return 6;
}
/// Rows of the batch at a time, and inputs: 16 KiB of x stay in the first-level cache for all tiles.
constexpr std::int64_t kBatchBlock = 64;
constexpr std::int64_t kInputBlock = 64;
/// Rows lie too far apart for the processor to foresee the next: the next block is asked into the
/// second-level cache and the rows just ahead into the first. It made batches of 1,024 rows two to three
/// times as fast; asking again for what was asked for cost as much with narrow tiles.
enum class Prefetch { kNothing, kInputs, kAll };
constexpr std::int64_t kSoon = 8;
constexpr int kIntoFirstLevel = 3;
constexpr int kIntoSecondLevel = 2;

template <Prefetch what, int cols>
REGULUS_INLINE void prefetch(const float* x, std::int64_t x_stride, int count, const float* dz,
                             std::int64_t dz_stride) {
  if constexpr (what == Prefetch::kNothing) return;
  const float* last = x + count - 1;
  __builtin_prefetch(last + kBatchBlock * x_stride, 0, kIntoSecondLevel);
  __builtin_prefetch(last + kSoon * x_stride, 0, kIntoFirstLevel);
  if constexpr (what == Prefetch::kAll) {
    __builtin_prefetch(x + kSoon * x_stride, 0, kIntoFirstLevel);
    REGULUS_UNROLL
    for (int c = 0; c < cols; ++c) {
      __builtin_prefetch(dz + kBatchBlock * dz_stride + c * kPanel, 0, kIntoSecondLevel);
      __builtin_prefetch(dz + kSoon * dz_stride + c * kPanel, 0, kIntoFirstLevel);
    }
  }
}

struct Operands {
  const float* x;
  std::int64_t x_stride;
  const float* dz;
  std::int64_t dz_stride;
  float* g;
  std::int64_t g_stride;
  std::int64_t rows;
  bool first;     ///< of the batch's blocks: the chains start from 0
  bool prefetch;  ///< another whole block follows

  void next_inputs(std::int64_t count) {
    x += count;
    g += count * kPanel;
  }
};

template <int count, int cols, Prefetch what>
void tile(const Operands& o) {
  Lanes sum[count][cols];
  REGULUS_UNROLL
  for (int k = 0; k < count; ++k) {
    REGULUS_UNROLL
    for (int c = 0; c < cols; ++c)
      sum[k][c] = o.first ? Lanes(0) : Lanes::load(o.g + c * o.g_stride + k * kPanel);
  }
  const float* x = o.x;
  const float* dz = o.dz;
  for (std::int64_t r = 0; r < o.rows; ++r, x += o.x_stride, dz += o.dz_stride) {
    Lanes d[cols];
    REGULUS_UNROLL
    for (int c = 0; c < cols; ++c) d[c] = Lanes::load(dz + c * kPanel);
    prefetch<what, cols>(x, o.x_stride, count, dz, o.dz_stride);
    REGULUS_UNROLL
    for (int k = 0; k < count; ++k) {
      const Lanes xk = Lanes::all(x[k]);
      REGULUS_UNROLL
      for (int c = 0; c < cols; ++c) sum[k][c] = fma(xk, d[c], sum[k][c]);
    }
  }
  REGULUS_UNROLL
  for (int k = 0; k < count; ++k) {
    REGULUS_UNROLL
    for (int c = 0; c < cols; ++c) sum[k][c].store(o.g + c * o.g_stride + k * kPanel);
  }
}

template <int count, int cols, Prefetch what>
void run_tile(std::int64_t wanted, const Operands& o) {
  if (wanted == count) return tile<count, cols, what>(o);
  if constexpr (count > 1) run_tile<count - 1, cols, what>(wanted, o);
}

/// Whether a cache line begins with one of these `count` inputs.
bool reaches_new_line(const float* x, std::int64_t count) {
  constexpr std::uintptr_t kLine = 64;
  return reinterpret_cast<std::uintptr_t>(x - 1) / kLine !=
         reinterpret_cast<std::uintptr_t>(x + count - 1) / kLine;
}

template <int cols>
void all_tiles(Operands o, std::int64_t inputs) {
  constexpr int kMost = max_tile(cols);
  const std::int64_t tiles = (inputs + kMost - 1) / kMost;
  for (std::int64_t i = 0; i < tiles; ++i) {
    const std::int64_t count = inputs / tiles + (i < inputs % tiles ? 1 : 0);
    if (o.prefetch && i == 0)
      run_tile<kMost, cols, Prefetch::kAll>(count, o);
    else if (o.prefetch && reaches_new_line(o.x, count))
      run_tile<kMost, cols, Prefetch::kInputs>(count, o);
    else
      run_tile<kMost, cols, Prefetch::kNothing>(count, o);
    o.next_inputs(count);
  }
}

void kernel_gradient(const float* x, std::int64_t x_stride, const float* dz, std::int64_t dz_stride, float* g,
                     std::int64_t g_stride, std::int64_t rows, std::int64_t k_begin, std::int64_t k_end,
                     std::int64_t panels) {
  for (std::int64_t k = k_begin; k < k_end; k += kInputBlock)
    for (std::int64_t p = 0; p < panels; p += kMaxCols)
      for (std::int64_t r = 0; r < rows || r == 0; r += kBatchBlock) {
        const Operands o{x + r * x_stride + k,
                         x_stride,
                         dz + r * dz_stride + p * kPanel,
                         dz_stride,
                         g + p * g_stride + (k - k_begin) * kPanel,
                         g_stride,
                         std::min(kBatchBlock, rows - r),
                         r == 0,
                         r + 2 * kBatchBlock <= rows};
        const std::int64_t inputs = std::min(kInputBlock, k_end - k);
        if (panels - p >= kMaxCols)
          all_tiles<kMaxCols>(o, inputs);
        else
          all_tiles<1>(o, inputs);
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
