// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

namespace regulus::plan {

/// An image [height][width][channels] laid into a larger one of zeros: pixel (y, x) to
/// (top + y * step_h, left + x * step_w). A border for convolutions, and room between the pixels of a
/// gradient whose windows had strides.
struct Placement {
  std::int64_t height;
  std::int64_t width;
  std::int64_t channels;
  std::int64_t full_height;
  std::int64_t full_width;
  std::int64_t top = 0;
  std::int64_t left = 0;
  std::int64_t step_h = 1;
  std::int64_t step_w = 1;
  std::int64_t copies = 1;  ///< of each channel, side by side

  /// Nothing around the pixels nor between them: the image can be read where it is.
  bool trivial() const { return full_height == height && full_width == width && copies == 1; }
  std::int64_t size() const { return full_height * full_width * channels * copies; }

  /// Writes all size() elements of `to`.
  template <class T>
  void run(const T* image, T* to) const {
    const std::int64_t full_row = full_width * channels * copies;
    const std::int64_t row = width * channels;
    if (step_h > 1 || step_w > 1 || copies > 1) {
      std::fill_n(to, size(), T{0});
      for (std::int64_t y = 0; y < height; ++y)
        for (std::int64_t x = 0; x < width; ++x) {
          T* pixel = to + (top + y * step_h) * full_row + (left + x * step_w) * channels * copies;
          for (std::int64_t c = 0; c < channels; ++c)
            std::fill_n(pixel + c * copies, copies, image[(y * width + x) * channels + c]);
        }
      return;
    }
    const std::int64_t before = left * channels;
    std::fill_n(to, top * full_row, T{0});
    for (std::int64_t y = 0; y < height; ++y) {
      T* line = to + (top + y) * full_row;
      std::fill_n(line, before, T{0});
      std::copy_n(image + y * row, row, line + before);
      std::fill_n(line + before + row, full_row - before - row, T{0});
    }
    std::fill(to + (top + height) * full_row, to + size(), T{0});
  }
};

}  // namespace regulus::plan
