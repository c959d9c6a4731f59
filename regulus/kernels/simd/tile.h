// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/kernels/simd/lanes.h"

// The inner loops of the products that run over packed panels: y = x * panels, with tiles of outputs that
// stay in registers while k runs.

namespace regulus::kernels::REGULUS_KERNELS_ISA {

// A tile: `rows` rows of `cols` panels. Two rows of AVX2 vectors are one panel.
inline constexpr bool kManyRegisters = kWidth == 16;
inline constexpr int kMaxCols = 4;
inline constexpr int kUsualCols = kManyRegisters ? 3 : 1;
constexpr int max_rows(int cols) {
  if (kManyRegisters) return cols == 1 ? 12 : 24 / cols;
  return 6 / cols;
}

/// What a tile reads and writes: pointers to its first row and panel.
struct Operands {
  const float* x;
  std::int64_t x_stride;
  const float* w;
  std::int64_t panel_stride;
  std::int64_t inputs;  ///< that are summed over here
  const float* bias;    ///< what the chains start from; null: 0
  bool resume;          ///< the chains go on from what y holds
  float* y;
  std::int64_t y_stride;

  void next_rows(std::int64_t count) {
    x += count * x_stride;
    y += count * y_stride;
  }
  void next_panels(std::int64_t count) {
    w += count * panel_stride;
    if (bias != nullptr) bias += count * kPanel;
    y += count * kPanel;
  }
};

/// Long chains ask for the weights that they need 2 KiB later: those come from the second-level cache or
/// from memory, page by page, and the processor foresees neither fast enough. With short ones, and for a
/// single row, it only costs.
inline constexpr std::int64_t kAheadInputs = 32;
inline constexpr std::int64_t kLongChain = 384;

template <int rows, int cols, bool ahead>
void tile(const Operands& o) {
  Lanes sum[rows][cols];
  REGULUS_UNROLL
  for (int c = 0; c < cols; ++c) {
    const Lanes start = o.bias != nullptr ? Lanes::load(o.bias + c * kPanel) : Lanes(0);
    REGULUS_UNROLL
    for (int r = 0; r < rows; ++r) sum[r][c] = start;
  }
  if (o.resume) {
    REGULUS_UNROLL
    for (int r = 0; r < rows; ++r) {
      REGULUS_UNROLL
      for (int c = 0; c < cols; ++c) sum[r][c] = Lanes::load(o.y + r * o.y_stride + c * kPanel);
    }
  }
  const float* x = o.x;
  const float* w = o.w;
  const std::int64_t x_stride = o.x_stride;
  const std::int64_t panel_stride = o.panel_stride;
  for (const float* end = x + o.inputs; x != end; ++x, w += kPanel) {
    Lanes wk[cols];
    REGULUS_UNROLL
    for (int c = 0; c < cols; ++c) wk[c] = Lanes::load(w + c * panel_stride);
    if constexpr (ahead) {
      REGULUS_UNROLL
      for (int c = 0; c < cols; ++c) __builtin_prefetch(w + c * panel_stride + kAheadInputs * kPanel);
    }
    REGULUS_UNROLL
    for (int r = 0; r < rows; ++r) {
      const Lanes xk = Lanes::all(x[r * x_stride]);
      REGULUS_UNROLL
      for (int c = 0; c < cols; ++c) sum[r][c] = fma(xk, wk[c], sum[r][c]);
    }
  }
  float* y = o.y;
  const std::int64_t y_stride = o.y_stride;
  REGULUS_UNROLL
  for (int r = 0; r < rows; ++r) {
    REGULUS_UNROLL
    for (int c = 0; c < cols; ++c) sum[r][c].store(y + r * y_stride + c * kPanel);
  }
}

/// The fewest shares of at most `most`, which differ by one: none is left over thin. body(size, how many)
/// for the larger ones, then for the others.
template <class Body>
void for_each_size(std::int64_t count, std::int64_t most, Body body) {
  if (count <= 0) return;
  const std::int64_t shares = (count + most - 1) / most;
  const std::int64_t small = count / shares;
  const std::int64_t larger = count % shares;
  if (larger > 0) body(small + 1, larger);
  body(small, shares - larger);
}

/// Splits `count` so.
template <class Body>
void for_each_share(std::int64_t count, std::int64_t most, Body body) {
  if (count > 0 && count <= most) return body(count);
  for_each_size(count, most, [&](std::int64_t size, std::int64_t shares) {
    for (std::int64_t i = 0; i < shares; ++i) body(size);
  });
}

template <int rows, int cols, bool ahead>
void run_tile(const Operands& o, std::int64_t count) {
  if (count == rows) return tile<rows, cols, (ahead && rows > 1)>(o);
  if constexpr (rows > 1) run_tile<rows - 1, cols, ahead>(o, count);
}

/// All rows of `cols` panels.
template <int cols, bool ahead>
void all_rows(Operands o, std::int64_t rows) {
  for_each_share(rows, max_rows(cols), [&](std::int64_t count) {
    run_tile<max_rows(cols), cols, ahead>(o, count);
    o.next_rows(count);
  });
}

template <int cols>
void some_panels(const Operands& o, std::int64_t rows, std::int64_t count) {
  if (count == cols)
    return o.inputs < kLongChain ? all_rows<cols, false>(o, rows) : all_rows<cols, true>(o, rows);
  if constexpr (cols > 1) some_panels<cols - 1>(o, rows, count);
}

/// Few rows leave registers free for more panels, and need them to hide the latency of the chains.
inline std::int64_t cols_for(std::int64_t rows) {
  int cols = kMaxCols;
  while (cols > kUsualCols && rows > max_rows(cols)) --cols;
  return cols;
}

/// The length of a block when `count` is split evenly into blocks of at most `most`.
constexpr std::int64_t even_block(std::int64_t count, std::int64_t most) {
  const std::int64_t blocks = (count + most - 1) / most;
  return blocks == 0 ? 1 : (count + blocks - 1) / blocks;
}

}  // namespace regulus::kernels::REGULUS_KERNELS_ISA
