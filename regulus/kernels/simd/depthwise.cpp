// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "regulus/kernels/simd/families.h"
#include "regulus/kernels/simd/tile.h"

namespace regulus::kernels::REGULUS_KERNELS_ISA {
namespace {

/// Pixels, or inputs, whose sums for one panel of channels stay in registers.
constexpr int kMost = kManyRegisters ? 12 : 6;

template <bool whole>
REGULUS_INLINE Lanes load_some(const float* from, std::int64_t count) {
  return whole ? Lanes::load(from) : load_lanes(from, count);
}

/// `whole`: all 16 channels exist.
template <int pixels, bool whole>
void forward_tile(std::int64_t wanted, const ConvolutionArgs<float>& a, const float* x, std::int64_t panel,
                  float* y) {
  if (wanted != pixels) {
    if constexpr (pixels > 1) forward_tile<pixels - 1, whole>(wanted, a, x, panel, y);
    return;
  }
  const Windows& at = a.windows;
  const std::int64_t live = whole ? kPanel : a.units - panel * kPanel;
  const float* const w = a.w + panel * a.w_stride;
  Lanes sum[pixels];
  const Lanes start = a.bias != nullptr ? Lanes::load(a.bias + panel * kPanel) : Lanes(0);
  REGULUS_UNROLL
  for (int p = 0; p < pixels; ++p) sum[p] = start;
  for (std::int64_t k = 0; k < at.runs.count; ++k) {
    const Lanes wk = Lanes::load(w + a.run_inputs[k] * kPanel);
    const float* from = x + at.runs.offset[k];
    REGULUS_UNROLL
    for (int p = 0; p < pixels; ++p) sum[p] = fma(load_some<whole>(from + p * at.step, live), wk, sum[p]);
  }
  REGULUS_UNROLL
  for (int p = 0; p < pixels; ++p) store_part(sum[p], y + p * a.y_step, live);
}

// All channels of a few pixels: what they have in common with the next line's windows stays near.
void depthwise(const ConvolutionArgs<float>& a) {
  const Windows& at = a.windows;
  for (std::int64_t line = 0; line < a.images * at.height; ++line) {
    const std::int64_t image = line / at.height;
    const std::int64_t oy = line % at.height;
    const float* x = a.x + image * a.x_image + oy * at.row;
    float* y = a.y + image * a.y_image + oy * a.y_row;
    for_each_share(at.width, kMost, [&](std::int64_t count) {
      for (std::int64_t c = 0; c < a.units; c += kPanel)
        if (a.units - c >= kPanel)
          forward_tile<kMost, true>(count, a, x + c, c / kPanel, y + c);
        else
          forward_tile<kMost, false>(count, a, x + c, c / kPanel, y + c);
      x += count * at.step;
      y += count * a.y_step;
    });
  }
}

template <int count, bool whole>
void gradient_tile(std::int64_t wanted, const ConvolutionGradientArgs<float>& a, std::int64_t k,
                   std::int64_t panel) {
  if (wanted != count) {
    if constexpr (count > 1) gradient_tile<count - 1, whole>(wanted, a, k, panel);
    return;
  }
  const Windows& at = a.windows;
  const std::int64_t live = whole ? kPanel : a.units - panel * kPanel;
  float* g = a.g + (panel * at.runs.count + k) * kPanel;
  Lanes sum[count];
  REGULUS_UNROLL
  for (int i = 0; i < count; ++i) sum[i] = a.resume ? Lanes::load(g + i * kPanel) : Lanes(0);
  for (std::int64_t image = 0; image < a.images; ++image) {
    const float* dz = a.dz + image * a.dz_image + panel * kPanel;
    for (std::int64_t oy = 0; oy < at.height; ++oy) {
      const float* x = a.x + image * a.x_image + oy * at.row + panel * kPanel;
      for (std::int64_t ox = 0; ox < at.width; ++ox, x += at.step, dz += a.dz_step) {
        const Lanes d = load_some<whole>(dz, live);
        REGULUS_UNROLL
        for (int i = 0; i < count; ++i)
          sum[i] = fma(load_some<whole>(x + at.runs.offset[k + i], live), d, sum[i]);
      }
    }
  }
  REGULUS_UNROLL
  for (int i = 0; i < count; ++i) sum[i].store(g + i * kPanel);
}

void depthwise_gradient(const ConvolutionGradientArgs<float>& a) {
  for (std::int64_t panel = 0; panel < panels(a.units); ++panel) {
    std::int64_t k = 0;
    for_each_share(a.windows.runs.count, kMost, [&](std::int64_t count) {
      if (a.units - panel * kPanel >= kPanel)
        gradient_tile<kMost, true>(count, a, k, panel);
      else
        gradient_tile<kMost, false>(count, a, k, panel);
      k += count;
    });
  }
}

}  // namespace

void add_depthwise(Table<float>& table) {
  table.depthwise = depthwise;
  table.depthwise_gradient = depthwise_gradient;
}

}  // namespace regulus::kernels::REGULUS_KERNELS_ISA
