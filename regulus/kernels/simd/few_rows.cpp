// SPDX-License-Identifier: Apache-2.0
#include "regulus/kernels/simd/few_rows.h"

// The rows of a small batch become the lanes: a weight is a broadcast, and only the small gradients are
// transposed. Too few rows to fill vectors become broadcasts themselves, and the weights are transposed in
// registers on their way.

namespace regulus::kernels::REGULUS_KERNELS_ISA {
namespace {

constexpr int kMaxVectors = 3;
static_assert(kMaxVectors * kWidth <= kFewRowsAtMost);
constexpr hn::CappedTag<float, 4> kQuads{};
using Quad = hn::Vec<decltype(kQuads)>;

/// to[c][r] = from[r][c] for `rows` rows, zeros up to `to_rows`; both counts of columns end on a multiple
/// of 4.
void transpose(const float* from, std::int64_t from_stride, std::int64_t rows, std::int64_t cols, float* to,
               std::int64_t to_stride, std::int64_t to_rows) {
  for (std::int64_t r = 0; r < to_rows; r += 4)
    for (std::int64_t c = 0; c < cols; c += 4) {
      Quad q[4];
      REGULUS_UNROLL
      for (int i = 0; i < 4; ++i)
        q[i] = r + i < rows ? hn::LoadU(kQuads, from + (r + i) * from_stride + c) : hn::Zero(kQuads);
      transpose_fours(kQuads, q);
      REGULUS_UNROLL
      for (int i = 0; i < 4; ++i) hn::StoreU(q[i], kQuads, to + (c + i) * to_stride + r);
    }
}

struct Weights {
  const float* w;  ///< of input 0 of the first panel
  std::int64_t inputs;
  std::int64_t units;
};

/// out[k][row] for `count` inputs from `k` on and `vectors` vectors of rows; dz is [unit][row].
template <int count, int vectors>
void tile(const Weights& weights, std::int64_t k, const float* dz, float* out) {
  constexpr int kRows = vectors * kWidth;
  Vec sum[count][vectors];
  REGULUS_UNROLL
  for (int i = 0; i < count; ++i) {
    REGULUS_UNROLL
    for (int v = 0; v < vectors; ++v) sum[i][v] = hn::Zero(kFloats);
  }
  const float* w = weights.w + k * kPanel;
  for (std::int64_t left = weights.units; left > 0; left -= kPanel, w += weights.inputs * kPanel) {
    const std::int64_t lanes = left < kPanel ? left : kPanel;
    REGULUS_UNROLL
    for (int i = 0; i < count; ++i)
      __builtin_prefetch(w + (left > 2 * kPanel ? 2 * weights.inputs * kPanel : 0) + i * kPanel);
    for (std::int64_t lane = 0; lane < lanes; ++lane, dz += kRows) {
      Vec d[vectors];
      REGULUS_UNROLL
      for (int v = 0; v < vectors; ++v) d[v] = hn::LoadU(kFloats, dz + v * kWidth);
      REGULUS_UNROLL
      for (int i = 0; i < count; ++i) {
        const Vec x = hn::Set(kFloats, w[i * kPanel + lane]);
        REGULUS_UNROLL
        for (int v = 0; v < vectors; ++v) sum[i][v] = hn::MulAdd(x, d[v], sum[i][v]);
      }
    }
  }
  REGULUS_UNROLL
  for (int i = 0; i < count; ++i) {
    REGULUS_UNROLL
    for (int v = 0; v < vectors; ++v) hn::StoreU(sum[i][v], kFloats, out + i * kRows + v * kWidth);
  }
}

/// Inputs of a tile: what the registers hold beside `vectors` of gradients and a weight.
constexpr int max_inputs(int vectors) {
  if (kWidth == 8) return vectors == 1 ? 8 : vectors == 2 ? 6 : 4;
  return vectors == 1 ? 16 : 8;
}

template <int count, int vectors>
void run_tile(std::int64_t wanted, const Weights& weights, std::int64_t k, const float* dz, float* out) {
  if (wanted == count) return tile<count, vectors>(weights, k, dz, out);
  if constexpr (count > 1) run_tile<count - 1, vectors>(wanted, weights, k, dz, out);
}

/// One panel of inputs for a block of rows, through `out`, [16][rows of the block].
template <int vectors>
void panel(const Weights& weights, std::int64_t first, const float* dz, float* out) {
  constexpr int kMost = max_inputs(vectors);
  const std::int64_t inputs = weights.inputs - first < kPanel ? weights.inputs - first : kPanel;
  const std::int64_t tiles = (inputs + kMost - 1) / kMost;
  std::int64_t k = 0;
  for (std::int64_t i = 0; i < tiles; ++i) {
    const std::int64_t count = inputs / tiles + (i < inputs % tiles ? 1 : 0);
    run_tile<kMost, vectors>(count, weights, first + k, dz, out + k * vectors * kWidth);
    k += count;
  }
  for (float* zero = out + k * vectors * kWidth; zero != out + kPanel * vectors * kWidth; ++zero) *zero = 0;
}

template <int vectors>
void block(const InputGradientArgs<float>& a, std::int64_t row, std::int64_t rows, float* scratch) {
  constexpr std::int64_t kRows = vectors * kWidth;
  const Weights weights{a.w, a.inputs, a.units};
  float* dz = scratch;
  float* out = scratch + padded(a.units) * kRows;
  transpose(a.dz + row * a.dz_stride, a.dz_stride, rows, a.units, dz, kRows, kRows);
  for (std::int64_t p = a.panel_begin; p < a.panel_end; ++p) {
    panel<vectors>(weights, p * kPanel, dz, out);
    float* dx = a.dx + row * a.dx_stride + p * kPanel;
    if (rows == kRows) {
      transpose(out, kRows, kPanel, kRows, dx, a.dx_stride, kPanel);
      continue;
    }
    for (std::int64_t r = 0; r < rows; ++r)
      for (std::int64_t k = 0; k < kPanel; ++k) dx[r * a.dx_stride + k] = out[k * kRows + r];
  }
}

using Few = hn::CappedTag<float, 8>;
using FewVec = hn::Vec<Few>;
constexpr Few kFew{};
constexpr std::int64_t kFewInputs = hn::MaxLanes(Few{});
constexpr std::int64_t kBroadcastRows = 8;

/// q[j] = units j … of the inputs in its lanes, for four units from w on.
REGULUS_INLINE void load_transposed(const float* w, FewVec (&q)[4]) {
  if constexpr (kFewInputs == 8) {
    const hn::Half<Few> half;
    REGULUS_UNROLL
    for (int i = 0; i < 4; ++i)
      q[i] = hn::Combine(kFew, hn::LoadU(half, w + (i + 4) * kPanel), hn::LoadU(half, w + i * kPanel));
  } else {
    REGULUS_UNROLL
    for (int i = 0; i < 4; ++i) q[i] = hn::LoadU(kFew, w + i * kPanel);
  }
  transpose_fours(kFew, q);
}

/// dx of `rows` rows and `groups` vectors of inputs from `k` on.
template <int rows, int groups>
void few_tile(const InputGradientArgs<float>& a, std::int64_t row, std::int64_t k) {
  const float* dz = a.dz + row * a.dz_stride;
  const float* w = a.w + k * kPanel;
  FewVec sum[rows][groups];
  REGULUS_UNROLL
  for (int r = 0; r < rows; ++r) {
    REGULUS_UNROLL
    for (int g = 0; g < groups; ++g) sum[r][g] = hn::Zero(kFew);
  }
  for (std::int64_t unit = 0; unit < a.units; unit += 4) {
    const float* at = w + unit / kPanel * a.inputs * kPanel + unit % kPanel;
    const int live = a.units - unit < 4 ? static_cast<int>(a.units - unit) : 4;
    REGULUS_UNROLL
    for (int g = 0; g < groups; ++g) {
      FewVec q[4];
      load_transposed(at + g * kFewInputs * kPanel, q);
      REGULUS_UNROLL
      for (int u = 0; u < 4; ++u) {
        if (u >= live) break;
        REGULUS_UNROLL
        for (int r = 0; r < rows; ++r)
          sum[r][g] = hn::MulAdd(hn::Set(kFew, dz[r * a.dz_stride + unit + u]), q[u], sum[r][g]);
      }
    }
  }
  REGULUS_UNROLL
  for (int r = 0; r < rows; ++r) {
    REGULUS_UNROLL
    for (int g = 0; g < groups; ++g)
      hn::StoreU(sum[r][g], kFew, a.dx + (row + r) * a.dx_stride + k + g * kFewInputs);
  }
}

void one(const InputGradientArgs<float>& a, std::int64_t row, std::int64_t k) {
  float sum = 0;
  for (std::int64_t n = 0; n < a.units; ++n)
    sum = __builtin_fmaf(a.dz[row * a.dz_stride + n], a.w[packed_index(a.inputs, k, n)], sum);
  a.dx[row * a.dx_stride + k] = sum;
}

template <int rows>
void few_rows(const InputGradientArgs<float>& a, std::int64_t row) {
  // Enough independent sums to hide the latency of each.
  constexpr int kGroups = rows == 1 ? 4 : rows <= 3 ? 2 : 1;
  const std::int64_t begin = a.panel_begin * kPanel;
  const std::int64_t end = a.panel_end * kPanel < a.inputs ? a.panel_end * kPanel : a.inputs;
  std::int64_t k = begin;
  for (; k + kGroups * kFewInputs <= end; k += kGroups * kFewInputs) few_tile<rows, kGroups>(a, row, k);
  for (; k + kFewInputs <= end; k += kFewInputs) few_tile<rows, 1>(a, row, k);
  for (std::int64_t r = row; r < row + rows; ++r) {
    for (std::int64_t last = k; last < end; ++last) one(a, r, last);
    for (std::int64_t zero = end; zero < a.panel_end * kPanel; ++zero) a.dx[r * a.dx_stride + zero] = 0;
  }
}

template <int rows>
void run_few_rows(std::int64_t wanted, const InputGradientArgs<float>& a, std::int64_t row) {
  if (wanted == rows) return few_rows<rows>(a, row);
  if constexpr (rows > 1) run_few_rows<rows - 1>(wanted, a, row);
}

}  // namespace

void input_gradient_of_few_rows(const InputGradientArgs<float>& a, float* scratch) {
  if (a.panel_begin == a.panel_end) return;
  // What is left over fills a vector if it nearly would.
  const std::int64_t left = a.rows % kWidth * 4 >= kWidth * 3 ? 0 : a.rows % kWidth;
  const std::int64_t vectors = (a.rows - left + kWidth - 1) / kWidth;
  const std::int64_t blocks = (vectors + kMaxVectors - 1) / kMaxVectors;
  std::int64_t row = 0;
  for (std::int64_t i = 0; i < blocks; ++i) {
    const std::int64_t count = vectors / blocks + (i < vectors % blocks ? 1 : 0);
    const std::int64_t most = a.rows - left - row;
    const std::int64_t rows = count * kWidth < most ? count * kWidth : most;
    if (count == 3) block<3>(a, row, rows, scratch);
    if (count == 2) block<2>(a, row, rows, scratch);
    if (count == 1) block<1>(a, row, rows, scratch);
    row += rows;
  }
  for (; row < a.rows; row += kBroadcastRows)
    run_few_rows<kBroadcastRows>(a.rows - row < kBroadcastRows ? a.rows - row : kBroadcastRows, a, row);
}

}  // namespace regulus::kernels::REGULUS_KERNELS_ISA
