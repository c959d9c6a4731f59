// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "regulus/kernels/simd/families.h"
#include "regulus/kernels/simd/tile.h"

namespace regulus::kernels::REGULUS_KERNELS_ISA {
namespace {

/// Some of a window's inputs: `count` of them from place `begin` of a run on.
struct Part {
  std::int64_t run;
  std::int64_t begin;
  std::int64_t count;
  bool resume;  ///< the chains go on from what y holds, else from the bias
};

/// Pixels of a line times panels, whose sums stay in registers while the window runs.
template <int pixels, int cols>
void tile(const ConvolutionArgs<float>& a, const Part& part, const float* x, const float* w,
          std::int64_t panel, float* y) {
  const Runs& runs = a.windows.runs;
  const std::int64_t step = a.windows.step;
  const std::int64_t panel_stride = a.w_stride;
  // Behind a pixel's units others may lie: the last panel must not touch them.
  const std::int64_t last = std::min(a.units - (panel + cols - 1) * kPanel, kPanel);
  Lanes sum[pixels][cols];
  REGULUS_UNROLL
  for (int c = 0; c < cols; ++c) {
    const Lanes start = a.bias != nullptr ? Lanes::load(a.bias + (panel + c) * kPanel) : Lanes(0);
    REGULUS_UNROLL
    for (int p = 0; p < pixels; ++p) sum[p][c] = start;
  }
  if (part.resume) {
    REGULUS_UNROLL
    for (int p = 0; p < pixels; ++p) {
      const float* from = y + p * a.y_step;
      REGULUS_UNROLL
      for (int c = 0; c + 1 < cols; ++c) sum[p][c] = Lanes::load(from + c * kPanel);
      sum[p][cols - 1] = load_lanes(from + (cols - 1) * kPanel, last);
    }
  }
  std::int64_t run = part.run;
  std::int64_t begin = part.begin;
  for (std::int64_t left = part.count; left > 0; ++run, begin = 0) {
    const std::int64_t count = std::min(left, runs.length - begin);
    const float* from = x + runs.offset[run] + begin;
    for (const float* end = from + count; from != end; ++from, w += kPanel) {
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
    left -= count;
  }
  REGULUS_UNROLL
  for (int p = 0; p < pixels; ++p) {
    float* to = y + p * a.y_step;
    REGULUS_UNROLL
    for (int c = 0; c + 1 < cols; ++c) sum[p][c].store(to + c * kPanel);
    store_part(sum[p][cols - 1], to + (cols - 1) * kPanel, last);
  }
}

template <int pixels, int cols>
void run_tile(std::int64_t count, const ConvolutionArgs<float>& a, const Part& part, const float* x,
              const float* w, std::int64_t panel, float* y) {
  if (count == pixels) return tile<pixels, cols>(a, part, x, w, panel, y);
  if constexpr (pixels > 1) run_tile<pixels - 1, cols>(count, a, part, x, w, panel, y);
}

/// Inputs, times panels, whose weights may stay in the first-level cache from tile to tile: if there are
/// more, they are taken in shares.
constexpr std::int64_t kMostNear = 640;
constexpr std::int64_t kNear = 384;

template <int cols>
void some_panels(std::int64_t wanted, const ConvolutionArgs<float>& a, std::int64_t panel) {
  if (wanted != cols) {
    if constexpr (cols > 1) some_panels<cols - 1>(wanted, a, panel);
    return;
  }
  const Windows& at = a.windows;
  const std::int64_t tiles = at.height * ((at.width + max_rows(cols) - 1) / max_rows(cols));
  const std::int64_t inputs = at.runs.inputs();
  std::int64_t done = 0;
  for_each_share(inputs, tiles > 1 && inputs * cols > kMostNear ? kNear / cols : inputs,
                 [&](std::int64_t some) {
                   const Part part{done / at.runs.length, done % at.runs.length, some, done > 0};
                   const float* w = a.w + panel * a.w_stride + done * kPanel;
                   for (std::int64_t oy = 0; oy < at.height; ++oy) {
                     const float* x = a.x + oy * at.row;
                     float* y = a.y + oy * a.y_row + panel * kPanel;
                     for_each_share(at.width, max_rows(cols), [&](std::int64_t count) {
                       run_tile<max_rows(cols), cols>(count, a, part, x, w, panel, y);
                       x += count * at.step;
                       y += count * a.y_step;
                     });
                   }
                   done += some;
                 });
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

/// All panels of lines that the second-level cache holds.
void some_lines(ConvolutionArgs<float> a) {
  Windows& at = a.windows;
  if (at.row == at.width * at.step && a.y_row == at.width * a.y_step) {  // lines follow each other: one
    at.width *= at.height;
    at.height = 1;
  }
  std::int64_t panel = 0;
  for_each_share(panels(a.units), cols_for_row(at.width, panels(a.units)), [&](std::int64_t cols) {
    some_panels<kMaxCols>(cols, a, panel);
    panel += cols;
  });
}

void convolution(const ConvolutionArgs<float>& a) {
  const Windows& at = a.windows;
  // x and y of the lines that all panels go over in turn; large weights are read anew for each block.
  const std::int64_t block = std::max<std::int64_t>(64 * 1024, panels(a.units) * a.w_stride / 2);
  ConvolutionArgs<float> some = a;
  for_each_share(at.height, std::max<std::int64_t>(block / (at.row + a.y_row), 1), [&](std::int64_t lines) {
    some.windows.height = lines;
    some_lines(some);
    some.x += lines * at.row;
    some.y += lines * a.y_row;
  });
}

}  // namespace

void add_convolution(Table<float>& table) {
  table.convolution = convolution;
}

}  // namespace regulus::kernels::REGULUS_KERNELS_ISA
