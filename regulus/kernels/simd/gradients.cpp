// SPDX-License-Identifier: Apache-2.0
#include "regulus/kernels/simd/families.h"
#include "regulus/kernels/simd/lanes.h"

namespace regulus::kernels::REGULUS_KERNELS_ISA {
namespace {

/// Rows of a weight gradient's tile that are kept in registers while the batch runs.
#ifndef GT
#define GT kWidth == 16 ? 16 : 6
#endif
constexpr int kTile = GT;

template <int count>
void tile(const float* x, std::int64_t x_stride, const float* dz, std::int64_t dz_stride, float* g,
          std::int64_t rows) {
  Lanes sum[count];
  REGULUS_UNROLL
  for (int k = 0; k < count; ++k) sum[k] = Lanes(0);
  for (std::int64_t r = 0; r < rows; ++r, x += x_stride, dz += dz_stride) {
    const Lanes d = Lanes::load(dz);
    REGULUS_UNROLL
    for (int k = 0; k < count; ++k) sum[k] = fma(Lanes::all(x[k]), d, sum[k]);
  }
  REGULUS_UNROLL
  for (int k = 0; k < count; ++k) sum[k].store(g + k * kPanel);
}

template <int count, class... Arguments>
void run_tile(std::int64_t wanted, Arguments... arguments) {
  if (wanted == count) return tile<count>(arguments...);
  if constexpr (count > 1) run_tile<count - 1>(wanted, arguments...);
}

void kernel_gradient(const float* x, std::int64_t x_stride, const float* dz, std::int64_t dz_stride, float* g,
                     std::int64_t rows, std::int64_t k_begin, std::int64_t k_end) {
  const std::int64_t inputs = k_end - k_begin;
  const std::int64_t tiles = (inputs + kTile - 1) / kTile;
  x += k_begin;
  for (std::int64_t i = 0; i < tiles; ++i) {
    const std::int64_t count = inputs / tiles + (i < inputs % tiles ? 1 : 0);
    run_tile<kTile>(count, x, x_stride, dz, dz_stride, g, rows);
    x += count;
    g += count * kPanel;
  }
}

void bias_gradient(const float* dz, std::int64_t dz_stride, float* g, std::int64_t rows) {
  Lanes sum(0);
  for (std::int64_t r = 0; r < rows; ++r) sum = sum + Lanes::load(dz + r * dz_stride);
  sum.store(g);
}

/// to[n * 16 + k] = from[k * 16 + n] for 4 k and the first `units` of 4 n; zero for k >= inputs.
void transpose_block(const float* from, std::int64_t inputs, std::int64_t units, float* to) {
  constexpr hn::CappedTag<float, 4> kQuads;
  hn::Vec<decltype(kQuads)> k[4];
  REGULUS_UNROLL
  for (int i = 0; i < 4; ++i) k[i] = i < inputs ? hn::LoadU(kQuads, from + i * kPanel) : hn::Zero(kQuads);
  const auto low_even = hn::InterleaveLower(kQuads, k[0], k[2]);
  const auto low_odd = hn::InterleaveLower(kQuads, k[1], k[3]);
  const auto high_even = hn::InterleaveUpper(kQuads, k[0], k[2]);
  const auto high_odd = hn::InterleaveUpper(kQuads, k[1], k[3]);
  hn::StoreU(hn::InterleaveLower(kQuads, low_even, low_odd), kQuads, to);
  if (units > 1) hn::StoreU(hn::InterleaveUpper(kQuads, low_even, low_odd), kQuads, to + kPanel);
  if (units > 2) hn::StoreU(hn::InterleaveLower(kQuads, high_even, high_odd), kQuads, to + 2 * kPanel);
  if (units > 3) hn::StoreU(hn::InterleaveUpper(kQuads, high_even, high_odd), kQuads, to + 3 * kPanel);
}

void transpose_panel(const float* w, std::int64_t inputs, std::int64_t units, std::int64_t input_panel,
                     float* t) {
  for (std::int64_t n = 0; n < units; n += 4)
    for (std::int64_t lane = 0; lane < kPanel; lane += 4) {
      const std::int64_t k = input_panel * kPanel + lane;
      transpose_block(w + packed_index(inputs, k, n), inputs - k, units - n, t + n * kPanel + lane);
    }
}

}  // namespace

void add_gradients(Table<float>& table) {
  table.kernel_gradient = kernel_gradient;
  table.bias_gradient = bias_gradient;
  table.transpose_panel = transpose_panel;
}

}  // namespace regulus::kernels::REGULUS_KERNELS_ISA
