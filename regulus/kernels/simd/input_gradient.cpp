// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "regulus/kernels/simd/families.h"
#include "regulus/kernels/simd/few_rows.h"
#include "regulus/kernels/simd/tile.h"

// Weights lie with their units side by side, and here the sum runs over the units. So a few panels of
// them at a time are transposed to panels of 16 inputs, [unit][16], and the rest is a product like any other.

namespace regulus::kernels::REGULUS_KERNELS_ISA {
namespace {

/// Four numbers of row 0, then of row 4 and so on, as many as a vector holds. What is loaded is chosen
/// from, not shuffled: the processor shuffles wide vectors on one port only.
REGULUS_INLINE Vec load_fours(const float* from) {
  Vec fours = hn::LoadDup128(kFloats, from + (kWidth - 4) * kPanel);
  REGULUS_UNROLL
  for (int lane = kWidth - 4; lane > 0; lane -= 4)
    fours = hn::IfThenElse(hn::FirstN(kFloats, static_cast<std::size_t>(lane)),
                           hn::LoadDup128(kFloats, from + (lane - 4) * kPanel), fours);
  return fours;
}

/// to[c][r] = from[r][c], both [16][16].
REGULUS_INLINE void transpose(const float* from, float* to) {
  for (int r = 0; r < kPanel; r += kWidth) {
    REGULUS_UNROLL
    for (int c = 0; c < kPanel; c += 4) {
      Vec q[4];
      REGULUS_UNROLL
      for (int i = 0; i < 4; ++i) q[i] = load_fours(from + (r + i) * kPanel + c);
      transpose_fours(kFloats, q);
      REGULUS_UNROLL
      for (int i = 0; i < 4; ++i) hn::StoreU(q[i], kFloats, to + (c + i) * kPanel + r);
    }
  }
}

struct Units {
  std::int64_t begin;
  std::int64_t end;
};

/// The weights of `count` panels of inputs from `input` on as [panel][unit][16]; zeros past the inputs.
void transpose_panels(const InputGradientArgs<float>& a, std::int64_t input, std::int64_t count, Units units,
                      float* to, std::int64_t to_stride) {
  alignas(64) float part[kPanel * kPanel] = {};
  for (std::int64_t unit = units.begin; unit < units.end; unit += kPanel, to += kPanel * kPanel) {
    const float* from = a.w + (unit / kPanel * a.inputs + input) * kPanel;
    const float* ahead = unit + kPanel < units.end ? from + a.inputs * kPanel : from;
    for (std::int64_t c = 0; c < count; ++c, from += kPanel * kPanel, ahead += kPanel * kPanel) {
      const std::int64_t live = std::min(kPanel, a.inputs - input - c * kPanel);
      REGULUS_UNROLL
      for (int i = 0; i < kPanel; ++i) __builtin_prefetch(ahead + i * kPanel);
      if (live < kPanel) {
        std::copy_n(from, live * kPanel, part);
        transpose(part, to + c * to_stride);
      } else {
        transpose(from, to + c * to_stride);
      }
    }
  }
}

/// Whether to make lanes of rows instead: it wins where no lane is wasted, and with narrow vectors, whose
/// products take longer than their transposition saves, if enough panels share the transposed gradients.
bool rows_become_lanes(const InputGradientArgs<float>& a) {
  constexpr std::int64_t kBroadcast = 3;
  constexpr std::int64_t kPanels = 4;
  constexpr std::int64_t kUnits = 64;
  if (a.rows <= kBroadcast) return true;
  if (a.rows > kFewRowsAtMost || a.panel_end - a.panel_begin < kPanels || a.units < kUnits) return false;
  return a.rows % kWidth == 0 || kWidth < kPanel;
}

/// Rows whose gradients stay in the second-level cache while all panels pass over them. Wide rows are
/// whole pages of memory that are written in parts: fewer of them.
std::int64_t rows_at_once(std::int64_t panels) {
  constexpr std::int64_t kWide = 64;
  return panels > kWide ? 96 : 256;
}

/// Of a block of rows, for all units.
void block(const InputGradientArgs<float>& a, std::int64_t row, std::int64_t rows, float* scratch) {
  // Weights that few rows need stay in the first-level cache; for many rows, and for a single panel, long
  // sums are better.
  const std::int64_t cols = cols_for(rows);
  const bool narrow = a.panel_end - a.panel_begin == 1;
  const std::int64_t most = narrow ? panels(a.units) : (rows <= kFewRowsAtMost ? 64 : 1024) / kPanel;
  const std::int64_t chunk = even_block(panels(a.units), most) * kPanel;
  for (std::int64_t unit = 0; unit < a.units; unit += chunk) {
    const std::int64_t end = std::min(unit + chunk, a.units);
    for (std::int64_t p = a.panel_begin; p < a.panel_end; p += cols) {
      const std::int64_t count = std::min(cols, a.panel_end - p);
      transpose_panels(a, p * kPanel, count, {unit, end}, scratch, chunk * kPanel);
      Operands o{a.dz + unit, a.dz_stride, scratch,           chunk * kPanel, end - unit,
                 nullptr,     unit > 0,    a.dx + p * kPanel, a.dx_stride};
      o.next_rows(row);
      some_panels<kMaxCols>(o, rows, count);
    }
  }
}

void input_gradient(const InputGradientArgs<float>& a, float* scratch) {
  if (rows_become_lanes(a)) return input_gradient_of_few_rows(a, scratch);
  const std::int64_t most = even_block(a.rows, rows_at_once(a.panel_end - a.panel_begin));
  for (std::int64_t row = 0; row < a.rows; row += most) block(a, row, std::min(most, a.rows - row), scratch);
  // The padding of a panel may hold infinity times zero.
  if (const std::int64_t wide = a.panel_end * kPanel; a.panel_begin < a.panel_end && wide > a.inputs)
    for (std::int64_t r = 0; r < a.rows; ++r)
      std::fill(a.dx + r * a.dx_stride + a.inputs, a.dx + r * a.dx_stride + wide, 0.0F);
}

}  // namespace

void add_input_gradient(Table<float>& table) {
  table.input_gradient = input_gradient;
}

}  // namespace regulus::kernels::REGULUS_KERNELS_ISA
