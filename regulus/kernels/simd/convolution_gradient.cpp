// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "regulus/kernels/simd/families.h"
#include "regulus/kernels/simd/tile.h"

namespace regulus::kernels::REGULUS_KERNELS_ISA {
namespace {

constexpr int kMostPanels = kManyRegisters ? 2 : 1;
constexpr int kMostInputs = kManyRegisters ? 12 : 6;
constexpr int kMostRuns = 4;

/// `count` neighbouring inputs of each of `runs` runs, times panels: sums that stay in registers while the
/// pixels run. x and g: of the first input.
template <int runs, int count, int cols>
void tile(const ConvolutionGradientArgs<float>& a, std::int64_t run, const float* x, std::int64_t panel,
          float* g) {
  const Windows& at = a.windows;
  const std::int64_t panel_stride = at.runs.inputs() * kPanel;
  const std::int64_t run_stride = at.runs.length * kPanel;
  const std::int64_t last = std::min(a.units - (panel + cols - 1) * kPanel, kPanel);
  std::int64_t offset[runs];
  Lanes sum[runs][count][cols];
  REGULUS_UNROLL
  for (int r = 0; r < runs; ++r) {
    offset[r] = at.runs.offset[run + r] - at.runs.offset[run];
    REGULUS_UNROLL
    for (int k = 0; k < count; ++k) {
      REGULUS_UNROLL
      for (int c = 0; c < cols; ++c)
        sum[r][k][c] = a.resume ? Lanes::load(g + c * panel_stride + r * run_stride + k * kPanel) : Lanes(0);
    }
  }
  const float* dz = a.dz + panel * kPanel;
  for (std::int64_t oy = 0; oy < at.height; ++oy) {
    const float* from = x + oy * at.row;
    for (std::int64_t ox = 0; ox < at.width; ++ox, from += at.step, dz += a.units) {
      Lanes d[cols];
      REGULUS_UNROLL
      for (int c = 0; c + 1 < cols; ++c) d[c] = Lanes::load(dz + c * kPanel);
      d[cols - 1] =
          last == kPanel ? Lanes::load(dz + (cols - 1) * kPanel) : load_lanes(dz + (cols - 1) * kPanel, last);
      REGULUS_UNROLL
      for (int r = 0; r < runs; ++r) {
        REGULUS_UNROLL
        for (int k = 0; k < count; ++k) {
          const Lanes xk = Lanes::all(from[offset[r] + k]);
          REGULUS_UNROLL
          for (int c = 0; c < cols; ++c) sum[r][k][c] = fma(xk, d[c], sum[r][k][c]);
        }
      }
    }
  }
  REGULUS_UNROLL
  for (int r = 0; r < runs; ++r) {
    REGULUS_UNROLL
    for (int k = 0; k < count; ++k) {
      // The padding may hold infinity times zero.
      if (last < kPanel) sum[r][k][cols - 1] = select(first_lanes(last), sum[r][k][cols - 1], Lanes(0));
      REGULUS_UNROLL
      for (int c = 0; c < cols; ++c) sum[r][k][c].store(g + c * panel_stride + r * run_stride + k * kPanel);
    }
  }
}

/// The part of the wanted inputs that is in both: places [begin, end) of each of these runs.
struct Patch {
  std::int64_t run;
  std::int64_t runs;
  std::int64_t begin;
  std::int64_t end;
};

template <int runs, int count, int cols>
void run_tile(std::int64_t wanted, const ConvolutionGradientArgs<float>& a, std::int64_t run, const float* x,
              std::int64_t panel, float* g) {
  if (wanted == count) return tile<runs, count, cols>(a, run, x, panel, g);
  if constexpr (count > 1) run_tile<runs, count - 1, cols>(wanted, a, run, x, panel, g);
}

template <int runs, int cols>
void patch(const ConvolutionGradientArgs<float>& a, std::int64_t panel, const Patch& p) {
  if (p.runs != runs) {
    if constexpr (runs > 1) patch<runs - 1, cols>(a, panel, p);
    return;
  }
  const Runs& all = a.windows.runs;
  const float* x = a.x + all.offset[p.run] + p.begin;
  float* g = a.g + (panel * all.inputs() + p.run * all.length + p.begin) * kPanel;
  for_each_share(p.end - p.begin, kMostInputs / runs, [&](std::int64_t count) {
    run_tile<runs, kMostInputs / runs, cols>(count, a, p.run, x, panel, g);
    x += count;
    g += count * kPanel;
  });
}

/// The wanted inputs in patches: whole runs together where they are short, so that a tile has enough sums to
/// hide the latency of each, and parts of runs.
template <class Body>
void for_each_patch(const ConvolutionGradientArgs<float>& a, Body body) {
  const std::int64_t length = a.windows.runs.length;
  const std::int64_t together = std::clamp<std::int64_t>(kMostInputs / length, 1, kMostRuns);
  for (std::int64_t k = a.input_begin; k < a.input_end;) {
    const std::int64_t run = k / length;
    const std::int64_t begin = k % length;
    const std::int64_t whole = begin == 0 ? (a.input_end - k) / length : 0;
    Patch patch{run, std::min(whole, together), begin, length};
    if (whole == 0) {
      patch.runs = 1;
      patch.end = std::min(begin + a.input_end - k, length);
    }
    body(patch);
    k += patch.runs * (patch.end - patch.begin);
  }
}

void convolution_gradient(const ConvolutionGradientArgs<float>& args) {
  ConvolutionGradientArgs<float> a = args;
  Windows& at = a.windows;
  if (at.row == at.width * at.step) {
    at.width *= at.height;
    at.height = 1;
  }
  for_each_patch(a, [&](const Patch& p) {
    for (std::int64_t panel = a.panel_begin; panel < a.panel_end; panel += kMostPanels)
      if (a.panel_end - panel >= kMostPanels)
        patch<kMostRuns, kMostPanels>(a, panel, p);
      else
        patch<kMostRuns, 1>(a, panel, p);
  });
}

}  // namespace

void add_convolution_gradient(Table<float>& table) {
  table.convolution_gradient = convolution_gradient;
}

}  // namespace regulus::kernels::REGULUS_KERNELS_ISA
