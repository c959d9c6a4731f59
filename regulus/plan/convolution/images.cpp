// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/convolution/images.h"

#include <algorithm>

#include "regulus/base/memory.h"
#include "regulus/base/sizes.h"

namespace regulus::plan {
namespace {

// Parts of an image (convolution_parts.h) are several pixels of one run each for the weights' gradient: with
// fewer inputs in a run than these, tiles there have too few sums, and the image gets a border of zeros.
constexpr std::int64_t kPartInputs = 16;

/// Elements of several images, inputs and outputs, that are worked on together.
constexpr std::int64_t kTogether = 128 * 1024;
/// Of a number.
constexpr std::int64_t kBytes = sizeof(float);
/// Of several bordered images.
constexpr std::int64_t kBorderedTogether = 4 * kTogether;

/// The border that no window reaches over. Sets how large the image becomes, and where it lies.
void add_border(WindowAxis& axis, std::int64_t& full, std::int64_t& before) {
  if (!axis.reaches_over()) return;
  const std::int64_t last = (axis.outputs - 1) * axis.stride + (axis.kernel - 1) * axis.dilation;
  full = std::max(axis.inputs + axis.before, last + 1);
  before = axis.before;
  axis.inputs = full;
  axis.before = 0;
}

WindowPattern pattern_of(const WindowAxis& height, const WindowAxis& width, std::int64_t channels,
                         std::int64_t run, bool neighbours) {
  const bool whole_rows = neighbours && !width.reaches_over();
  WindowPattern pattern;
  pattern.length = whole_rows ? width.kernel * run : run;
  for (std::int64_t i = 0; i < height.kernel; ++i)
    for (std::int64_t j = 0; j < (whole_rows ? 1 : width.kernel); ++j) {
      const std::int64_t line = height.start(0) + i * height.dilation;
      const std::int64_t column = width.start(0) + j * width.dilation;
      pattern.offsets.push_back((line * width.inputs + column) * channels);
      const runtime::Range lines = height.met(i);
      const runtime::Range columns = width.met(j);
      pattern.boxes.push_back({lines.begin, lines.end, columns.begin, columns.end});
    }
  if (!height.reaches_over() && !width.reaches_over()) pattern.boxes.clear();
  return pattern;
}

}  // namespace

ConvolutionImages::ConvolutionImages(const WindowSpec& at, std::int64_t all_channels, std::int64_t units,
                                     bool depthwise, std::int64_t groups)
    : channels(all_channels),
      border{at.height, at.width, at.channels, at.height, at.width},
      spread{at.out_h,
             at.out_w,
             units,
             (at.out_h - 1) * at.stride_h + 1,
             (at.out_w - 1) * at.stride_w + 1,
             0,
             0,
             at.stride_h,
             at.stride_w},
      height_{at.out_h, at.height, at.kernel_h, at.stride_h, at.dilation_h, at.pad_top},
      width_{at.out_w, at.width, at.kernel_w, at.stride_w, at.dilation_w, at.pad_left} {
  // Without dilation the pixels of a kernel's row are neighbours: one run. Depthwise each is its own, and in
  // groups others' channels lie between.
  const bool neighbours = at.dilation_w == 1 && !depthwise && groups == 1;
  const std::int64_t run = depthwise ? 1 : channels / groups;
  border.copies = channels / at.channels;
  if (run < kPartInputs) {
    add_border(height_, border.full_height, border.top);
    add_border(width_, border.full_width, border.left);
  }
  // Dilated windows reach over a small image as far as they like.
  require_memory(product_of(border.full_height, border.full_width, channels, kBytes), "convolution",
                 "an image with all that its windows reach over needs too much memory");
  // Copies of channels are summed image by image.
  const std::int64_t size = at.height * at.width * channels + at.out_h * at.out_w * units;
  together_ = border.copies > 1
                  ? 1
                  : std::max<std::int64_t>(std::min(kTogether / size, kBorderedTogether / border.size()), 1);
  forward = {height_, width_, {channels, run, neighbours, together_}};
  pattern = pattern_of(height_, width_, channels, run, neighbours);

  // An input pixel is met by the windows from `reach` before it on: their gradients in ascending order are
  // a window of the gradient's image.
  const std::int64_t reach_h = (at.kernel_h - 1) * at.dilation_h;
  const std::int64_t reach_w = (at.kernel_w - 1) * at.dilation_w;
  const WindowAxis height{at.height, spread.full_height, at.kernel_h, 1, at.dilation_h, reach_h - at.pad_top};
  const WindowAxis width{at.width, spread.full_width, at.kernel_w, 1, at.dilation_w, reach_w - at.pad_left};
  backward = {height, width, {units, depthwise ? 1 : units / groups, neighbours, together_}};
}

kernels::Windows ConvolutionImages::windows() const {
  return {pattern.runs(), height_.outputs, width_.outputs, width_.stride * channels,
          height_.stride * width_.inputs * channels};
}

}  // namespace regulus::plan
