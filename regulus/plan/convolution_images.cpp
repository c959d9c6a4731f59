// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/convolution_images.h"

#include <algorithm>

namespace regulus::plan {
namespace {

// Over lines of that many pixels and channels.
WindowPattern pattern(const WindowSpec& at, std::int64_t line_pixels, std::int64_t channels, bool depthwise,
                      std::int64_t groups) {
  // Without dilation the pixels of a kernel's row are neighbours: one run. Depthwise each is its own, and in
  // groups others' channels lie between.
  const bool neighbours = at.dilation_w == 1 && !depthwise && groups == 1;
  WindowPattern pattern{{}, depthwise ? 1 : neighbours ? at.kernel_w * channels : channels / groups};
  for (std::int64_t i = 0; i < at.kernel_h; ++i)
    for (std::int64_t j = 0; j < (neighbours ? 1 : at.kernel_w); ++j)
      pattern.offsets.push_back((i * at.dilation_h * line_pixels + j * at.dilation_w) * channels);
  return pattern;
}

}  // namespace

ConvolutionImages::ConvolutionImages(const WindowSpec& window, std::int64_t all_channels,
                                     std::int64_t all_units, bool depthwise, std::int64_t groups)
    : at(window), channels(all_channels), units(all_units) {
  const std::int64_t reach_h = (at.kernel_h - 1) * at.dilation_h;
  const std::int64_t reach_w = (at.kernel_w - 1) * at.dilation_w;
  border = {at.height,
            at.width,
            at.channels,
            std::max(at.height + at.pad_top, (at.out_h - 1) * at.stride_h + reach_h + 1),
            std::max(at.width + at.pad_left, (at.out_w - 1) * at.stride_w + reach_w + 1),
            at.pad_top,
            at.pad_left};
  border.copies = channels / at.channels;
  forward = pattern(at, border.full_width, channels, depthwise, groups);
  // An input pixel is met by the windows from `reach` before it on: their gradients in ascending order are
  // a window of the gradient's image.
  spread = {at.out_h,
            at.out_w,
            units,
            at.height + reach_h,
            at.width + reach_w,
            reach_h - at.pad_top,
            reach_w - at.pad_left,
            at.stride_h,
            at.stride_w};
  backward = pattern(at, spread.full_width, units, depthwise, groups);
}

kernels::Windows ConvolutionImages::windows() const {
  return {forward.runs(), at.out_h, at.out_w, at.stride_w * channels,
          at.stride_h * border.full_width * channels};
}

kernels::Windows ConvolutionImages::backward_windows(runtime::Range kernel_rows, std::int64_t lines) const {
  const kernels::Runs runs{backward.offsets.data() + kernel_rows.begin * row_runs(),
                           kernel_rows.size() * row_runs(), backward.length};
  return {runs, lines, gradient_width(), units, spread.full_width * units};
}

runtime::Range ConvolutionImages::kernel_rows(std::int64_t line) const {
  const std::int64_t first = spread.top - line;  // from the line's window to the gradient's first line
  const std::int64_t last = first + (at.out_h - 1) * at.stride_h;
  const std::int64_t begin = first > 0 ? (first + at.dilation_h - 1) / at.dilation_h : 0;
  const std::int64_t end = last < 0 ? 0 : std::min(last / at.dilation_h + 1, at.kernel_h);
  return {std::min(begin, end), end};
}

std::int64_t ConvolutionImages::gradient_width() const {
  return std::min(at.width, spread.left + (at.out_w - 1) * at.stride_w + 1);
}

}  // namespace regulus::plan
