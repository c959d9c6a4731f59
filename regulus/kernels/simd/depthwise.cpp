// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "regulus/kernels/simd/families.h"
#include "regulus/kernels/simd/tile.h"

namespace regulus::kernels::REGULUS_KERNELS_ISA {
namespace {

/// Pixels, or inputs, whose sums for one panel of channels stay in registers.
constexpr int kMost = kManyRegisters ? 12 : 6;

REGULUS_INLINE Lanes load_some(const float* from, std::int64_t count) {
  return count == kPanel ? Lanes::load(from) : load_lanes(from, count);
}

template <int pixels>
void forward_tile(std::int64_t wanted, const ConvolutionArgs<float>& a, const float* x, const float* w,
                  std::int64_t panel, float* y) {
  if (wanted != pixels) {
    if constexpr (pixels > 1) forward_tile<pixels - 1>(wanted, a, x, w, panel, y);
    return;
  }
  const Windows& at = a.windows;
  const std::int64_t live = std::min(a.units - panel * kPanel, kPanel);
  Lanes sum[pixels];
  const Lanes start = a.bias != nullptr ? Lanes::load(a.bias + panel * kPanel) : Lanes(0);
  REGULUS_UNROLL
  for (int p = 0; p < pixels; ++p) sum[p] = start;
  for (std::int64_t k = 0; k < at.runs.count; ++k) {
    const Lanes wk = Lanes::load(w + k * kPanel);
    const float* from = x + at.runs.offset[k];
    REGULUS_UNROLL
    for (int p = 0; p < pixels; ++p) sum[p] = fma(load_some(from + p * at.step, live), wk, sum[p]);
  }
  REGULUS_UNROLL
  for (int p = 0; p < pixels; ++p) store_part(sum[p], y + p * a.y_step, live);
}

void depthwise(const ConvolutionArgs<float>& a) {
  const Windows& at = a.windows;
  for (std::int64_t panel = 0; panel < panels(a.units); ++panel) {
    const float* w = a.w + panel * a.w_stride;
    for (std::int64_t oy = 0; oy < at.height; ++oy) {
      const float* x = a.x + oy * at.row + panel * kPanel;
      float* y = a.y + oy * a.y_row + panel * kPanel;
      for_each_share(at.width, kMost, [&](std::int64_t count) {
        forward_tile<kMost>(count, a, x, w, panel, y);
        x += count * at.step;
        y += count * a.y_step;
      });
    }
  }
}

template <int count>
void gradient_tile(std::int64_t wanted, const ConvolutionGradientArgs<float>& a, std::int64_t k,
                   std::int64_t panel) {
  if (wanted != count) {
    if constexpr (count > 1) gradient_tile<count - 1>(wanted, a, k, panel);
    return;
  }
  const Windows& at = a.windows;
  const std::int64_t live = std::min(a.units - panel * kPanel, kPanel);
  float* g = a.g + (panel * at.runs.count + k) * kPanel;
  Lanes sum[count];
  REGULUS_UNROLL
  for (int i = 0; i < count; ++i) sum[i] = a.resume ? Lanes::load(g + i * kPanel) : Lanes(0);
  for (std::int64_t image = 0; image < a.images; ++image) {
    const float* dz = a.dz + image * a.dz_image + panel * kPanel;
    for (std::int64_t oy = 0; oy < at.height; ++oy) {
      const float* x = a.x + image * a.x_image + oy * at.row + panel * kPanel;
      for (std::int64_t ox = 0; ox < at.width; ++ox, x += at.step, dz += a.dz_step) {
        const Lanes d = load_some(dz, live);
        REGULUS_UNROLL
        for (int i = 0; i < count; ++i) sum[i] = fma(load_some(x + at.runs.offset[k + i], live), d, sum[i]);
      }
    }
  }
  REGULUS_UNROLL
  for (int i = 0; i < count; ++i) sum[i].store(g + i * kPanel);
}

void depthwise_gradient(const ConvolutionGradientArgs<float>& a) {
  for (std::int64_t panel = a.panel_begin; panel < a.panel_end; ++panel) {
    std::int64_t k = a.input_begin;
    for_each_share(a.input_end - a.input_begin, kMost, [&](std::int64_t count) {
      gradient_tile<kMost>(count, a, k, panel);
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
