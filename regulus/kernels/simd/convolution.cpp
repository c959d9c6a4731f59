// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "regulus/kernels/simd/families.h"
#include "regulus/kernels/simd/tile.h"

namespace regulus::kernels::REGULUS_KERNELS_ISA {
namespace {

/// Pixels of a row times panels, whose sums stay in registers while the window runs.
template <int pixels, int cols>
void tile(const ConvolutionArgs<float>& a, const float* x, const float* w, std::int64_t panel, float* y) {
  const Runs& runs = a.windows.runs;
  const std::int64_t step = a.windows.step;
  const std::int64_t panel_stride = a.w_stride;
  Lanes sum[pixels][cols];
  REGULUS_UNROLL
  for (int c = 0; c < cols; ++c) {
    const Lanes start = a.bias != nullptr ? Lanes::load(a.bias + (panel + c) * kPanel) : Lanes(0);
    REGULUS_UNROLL
    for (int p = 0; p < pixels; ++p) sum[p][c] = start;
  }
  for (std::int64_t run = 0; run < runs.count; ++run) {
    const float* from = x + runs.offset[run];
    for (const float* end = from + runs.length; from != end; ++from, w += kPanel) {
      Lanes wk[cols];
      REGULUS_UNROLL
      for (int c = 0; c < cols; ++c) wk[c] = Lanes::load(w + c * panel_stride);
      REGULUS_UNROLL
      for (int p = 0; p < pixels; ++p) {
        const Lanes xk = Lanes::all(from[p * step]);
        REGULUS_UNROLL
        for (int c = 0; c < cols; ++c) sum[p][c] = fma(xk, wk[c], sum[p][c]);
      }
    }
  }
  // Pixels lie side by side without padding: the last panel must not write into the next.
  const std::int64_t last = std::min(a.units - (panel + cols - 1) * kPanel, kPanel);
  REGULUS_UNROLL
  for (int p = 0; p < pixels; ++p) {
    float* to = y + p * a.units;
    REGULUS_UNROLL
    for (int c = 0; c + 1 < cols; ++c) sum[p][c].store(to + c * kPanel);
    store_part(sum[p][cols - 1], to + (cols - 1) * kPanel, last);
  }
}

template <int pixels, int cols>
void run_tile(std::int64_t count, const ConvolutionArgs<float>& a, const float* x, const float* w,
              std::int64_t panel, float* y) {
  if (count == pixels) return tile<pixels, cols>(a, x, w, panel, y);
  if constexpr (pixels > 1) run_tile<pixels - 1, cols>(count, a, x, w, panel, y);
}

template <int cols>
void some_panels(std::int64_t wanted, const ConvolutionArgs<float>& a, std::int64_t panel) {
  if (wanted != cols) {
    if constexpr (cols > 1) some_panels<cols - 1>(wanted, a, panel);
    return;
  }
  const Windows& at = a.windows;
  const float* w = a.w + panel * a.w_stride;
  for (std::int64_t oy = 0; oy < at.height; ++oy) {
    const float* x = a.x + oy * at.row;
    float* y = a.y + oy * at.width * a.units + panel * kPanel;
    for_each_share(at.width, max_rows(cols), [&](std::int64_t count) {
      run_tile<max_rows(cols), cols>(count, a, x, w, panel, y);
      x += count * at.step;
      y += count * a.units;
    });
  }
}

/// Half cycles that a tile takes for one input: its multiply-adds, or its loads, of which the weights come
/// from the second-level cache, or the latency of a chain.
constexpr std::int64_t cost_of_tile(std::int64_t pixels, std::int64_t cols) {
  constexpr std::int64_t kLatency = 8;
  constexpr std::int64_t vectors = kVectors;
  return std::max({pixels * cols * vectors, pixels + 2 * cols * vectors, kLatency});
}

/// Panels at a time for the least cost; few at equal cost, so that their weights stay in the first-level
/// cache.
std::int64_t cols_for_row(std::int64_t width, std::int64_t panels) {
  constexpr int kMost = kManyRegisters ? kMaxCols : kUsualCols;
  std::int64_t best = 1;
  std::int64_t least = 0;
  for (int cols = 1; cols <= kMost; ++cols) {
    std::int64_t cost = 0;
    for_each_share(panels, cols, [&](std::int64_t c) {
      for_each_share(width, max_rows(cols), [&](std::int64_t p) { cost += cost_of_tile(p, c); });
    });
    if (least == 0 || cost < least) {
      least = cost;
      best = cols;
    }
  }
  return best;
}

void convolution(const ConvolutionArgs<float>& args) {
  ConvolutionArgs<float> a = args;
  Windows& at = a.windows;
  if (at.row == at.width * at.step) {  // rows of windows follow each other: they are one
    at.width *= at.height;
    at.height = 1;
  }
  std::int64_t panel = 0;
  for_each_share(panels(a.units), cols_for_row(at.width, panels(a.units)), [&](std::int64_t cols) {
    some_panels<kMaxCols>(cols, a, panel);
    panel += cols;
  });
}

}  // namespace

void add_convolution(Table<float>& table) {
  table.convolution = convolution;
}

}  // namespace regulus::kernels::REGULUS_KERNELS_ISA
