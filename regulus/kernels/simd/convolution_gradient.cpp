// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "regulus/kernels/simd/families.h"
#include "regulus/kernels/simd/tile.h"

namespace regulus::kernels::REGULUS_KERNELS_ISA {
namespace {

constexpr int kMostPanels = kManyRegisters ? 2 : 1;
constexpr int kMostInputs = kManyRegisters ? 12 : 6;

/// Neighbouring inputs times panels, whose sums stay in registers while the pixels run.
template <int count, int cols>
void tile(const ConvolutionGradientArgs<float>& a, const float* x, std::int64_t panel, float* g) {
  const Windows& at = a.windows;
  const std::int64_t panel_stride = at.runs.inputs() * kPanel;
  const std::int64_t last = std::min(a.units - (panel + cols - 1) * kPanel, kPanel);
  Lanes sum[count][cols];
  REGULUS_UNROLL
  for (int k = 0; k < count; ++k) {
    REGULUS_UNROLL
    for (int c = 0; c < cols; ++c)
      sum[k][c] = a.resume ? Lanes::load(g + c * panel_stride + k * kPanel) : Lanes(0);
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
      for (int k = 0; k < count; ++k) {
        const Lanes xk = Lanes::all(from[k]);
        REGULUS_UNROLL
        for (int c = 0; c < cols; ++c) sum[k][c] = fma(xk, d[c], sum[k][c]);
      }
    }
  }
  // The padding may hold infinity times zero.
  if (last < kPanel) {
    REGULUS_UNROLL
    for (int k = 0; k < count; ++k) sum[k][cols - 1] = select(first_lanes(last), sum[k][cols - 1], Lanes(0));
  }
  REGULUS_UNROLL
  for (int k = 0; k < count; ++k) {
    REGULUS_UNROLL
    for (int c = 0; c < cols; ++c) sum[k][c].store(g + c * panel_stride + k * kPanel);
  }
}

template <int count, int cols>
void run_tile(std::int64_t wanted, const ConvolutionGradientArgs<float>& a, const float* x,
              std::int64_t panel, float* g) {
  if (wanted == count) return tile<count, cols>(a, x, panel, g);
  if constexpr (count > 1) run_tile<count - 1, cols>(wanted, a, x, panel, g);
}

/// The part of the wanted inputs that lies in one run, from input `k` on.
template <int cols>
void part_of_run(const ConvolutionGradientArgs<float>& a, std::int64_t panel, std::int64_t k,
                 std::int64_t inputs) {
  const Runs& runs = a.windows.runs;
  const float* x = a.x + runs.offset[k / runs.length] + k % runs.length;
  float* g = a.g + (panel * runs.inputs() + k) * kPanel;
  for_each_share(inputs, kMostInputs, [&](std::int64_t count) {
    run_tile<kMostInputs, cols>(count, a, x, panel, g);
    x += count;
    g += count * kPanel;
  });
}

void convolution_gradient(const ConvolutionGradientArgs<float>& args) {
  ConvolutionGradientArgs<float> a = args;
  Windows& at = a.windows;
  if (at.row == at.width * at.step) {
    at.width *= at.height;
    at.height = 1;
  }
  for (std::int64_t p = a.panel_begin; p < a.panel_end; p += kMostPanels)
    for (std::int64_t k = a.input_begin; k < a.input_end;) {
      const std::int64_t end = std::min((k / at.runs.length + 1) * at.runs.length, a.input_end);
      if (a.panel_end - p >= kMostPanels)
        part_of_run<kMostPanels>(a, p, k, end - k);
      else
        part_of_run<1>(a, p, k, end - k);
      k = end;
    }
}

}  // namespace

void add_convolution_gradient(Table<float>& table) {
  table.convolution_gradient = convolution_gradient;
}

}  // namespace regulus::kernels::REGULUS_KERNELS_ISA
