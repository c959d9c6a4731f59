// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "regulus/kernels/simd/families.h"
#include "regulus/kernels/simd/lanes.h"

namespace regulus::kernels::REGULUS_KERNELS_ISA {
namespace {

// A tile of outputs stays in registers while k runs: `groups` groups of units times `vectors`
// vectors of rows. A line of x serves all units of the tile, a broadcast weight all its rows.
constexpr int kGroup = static_cast<int>(kColumnGroup);
constexpr int kMaxVectors = kWidth == 4 ? 6 : 3;
constexpr int kMaxGroups = kWidth == 16 ? 2 : 1;

template <int groups, int vectors>
REGULUS_INLINE void start(const ColumnMatmulArgs<float>& a, std::int64_t row, std::int64_t unit,
                          Vec (&sum)[groups * kGroup][vectors]) {
  REGULUS_UNROLL
  for (int n = 0; n < groups * kGroup; ++n) {
    const Vec shift = hn::Set(kFloats, a.shift[unit + n]);
    const float* base = a.base != nullptr ? a.base + a.base_line[unit + n] * a.rows + row : nullptr;
    REGULUS_UNROLL
    for (int v = 0; v < vectors; ++v)
      sum[n][v] = base != nullptr ? hn::Add(hn::LoadU(kFloats, base + v * kWidth), shift) : shift;
  }
}

template <int groups, int vectors>
void tile(const ColumnMatmulArgs<float>& a, std::int64_t row, std::int64_t unit) {
  Vec sum[groups * kGroup][vectors];
  start<groups, vectors>(a, row, unit, sum);
  const float* x = a.x + row;
  const float* w = a.w + unit * a.inputs;
  const std::int64_t rows = a.rows;
  const std::int64_t group_size = a.inputs * kGroup;
  for (const float* end = w + group_size; w != end; w += kGroup, x += rows) {
    Vec xk[vectors];
    REGULUS_UNROLL
    for (int v = 0; v < vectors; ++v) xk[v] = hn::LoadU(kFloats, x + v * kWidth);
    REGULUS_UNROLL
    for (int n = 0; n < groups * kGroup; ++n) {
      const Vec wk = hn::Set(kFloats, w[n / kGroup * group_size + n % kGroup]);
      REGULUS_UNROLL
      for (int v = 0; v < vectors; ++v) sum[n][v] = hn::MulAdd(xk[v], wk, sum[n][v]);
    }
  }
  REGULUS_UNROLL
  for (int n = 0; n < groups * kGroup; ++n) {
    REGULUS_UNROLL
    for (int v = 0; v < vectors; ++v)
      hn::StoreU(sum[n][v], kFloats, a.y + (unit + n) * rows + row + v * kWidth);
  }
}

template <int vectors>
void all_units(const ColumnMatmulArgs<float>& a, std::int64_t row) {
  std::int64_t unit = 0;
  for (; unit + kMaxGroups * kGroup <= a.units; unit += kMaxGroups * kGroup)
    tile<kMaxGroups, vectors>(a, row, unit);
  for (; unit < a.units; unit += kGroup) tile<1, vectors>(a, row, unit);
}

template <int vectors>
void some_rows(const ColumnMatmulArgs<float>& a, std::int64_t row, std::int64_t count) {
  if (count == vectors) return all_units<vectors>(a, row);
  if constexpr (vectors > 1) some_rows<vectors - 1>(a, row, count);
}

void column_matmul(const ColumnMatmulArgs<float>& a) {
  const std::int64_t left = a.rows / kWidth;
  for (std::int64_t v = 0; v < left; v += kMaxVectors)
    some_rows<kMaxVectors>(a, v * kWidth, left - v < kMaxVectors ? left - v : kMaxVectors);
}

/// The largest of each row; a NaN among them may be passed over.
REGULUS_INLINE Lanes largest(const float* z, std::int64_t units, std::int64_t rows) {
  Lanes max(-std::numeric_limits<float>::infinity());
  for (std::int64_t n = 0; n < units; ++n) {
    const Lanes x = Lanes::load(z + n * rows);
    max = select(max < x, x, max);
  }
  return max;
}

void column_softmax(const float* z, float* y, std::int64_t units, std::int64_t rows) {
  for (std::int64_t r = 0; r < rows; r += kPanel, z += kPanel, y += kPanel) {
    const Lanes max = largest(z, units, rows);
    Lanes sum(0);
    for (std::int64_t n = 0; n < units; ++n) {
      const Lanes e = exp(Lanes::load(z + n * rows) - max);
      e.store(y + n * rows);
      sum = sum + e;
    }
    for (std::int64_t n = 0; n < units; ++n) (Lanes::load(y + n * rows) / sum).store(y + n * rows);
  }
}

void column_log_softmax(const float* z, float* y, std::int64_t units, std::int64_t rows) {
  for (std::int64_t r = 0; r < rows; r += kPanel, z += kPanel, y += kPanel) {
    const Lanes max = largest(z, units, rows);
    Lanes sum(0);
    for (std::int64_t n = 0; n < units; ++n) sum = sum + exp(Lanes::load(z + n * rows) - max);
    const Lanes log_sum = log(sum);
    for (std::int64_t n = 0; n < units; ++n)
      ((Lanes::load(z + n * rows) - max) - log_sum).store(y + n * rows);
  }
}

}  // namespace

void add_columns(Table<float>& table) {
  table.column_matmul = column_matmul;
  table.column_softmax = column_softmax;
  table.column_log_softmax = column_log_softmax;
}

}  // namespace regulus::kernels::REGULUS_KERNELS_ISA
