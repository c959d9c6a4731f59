// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

// The geometry of pooling: a row is an image, [height][width][channels] without gaps, and so is its
// output; each channel by itself.

namespace regulus::kernels {

/// Some neighbours along one axis: pixels of a window, or windows that hold a pixel.
struct Span {
  std::int64_t begin = 0;
  std::int64_t end = 0;

  constexpr std::int64_t size() const { return end - begin; }
};

/// The windows along one axis. Each holds at least one pixel.
struct PoolAxis {
  std::int64_t inputs = 1;
  std::int64_t outputs = 1;
  std::int64_t size = 1;
  std::int64_t stride = 1;
  std::int64_t before = 0;  ///< how far the first window begins before the first pixel

  /// Where window o begins, be there a pixel or not.
  constexpr std::int64_t start(std::int64_t o) const { return o * stride - before; }
  /// The pixels of window o.
  constexpr Span pixels(std::int64_t o) const {
    const std::int64_t end = start(o) + size;
    return {start(o) > 0 ? start(o) : 0, end < inputs ? end : inputs};
  }
  /// The pixels up to the last that a window holds: 10 of 11 for pairs.
  constexpr std::int64_t reached() const { return pixels(outputs - 1).end; }
  /// The windows [begin, end) alone, over the same pixels.
  constexpr PoolAxis part(Span windows) const {
    return {inputs, windows.size(), size, stride, -start(windows.begin)};
  }
};

struct Pooling {
  PoolAxis height;
  PoolAxis width;
  std::int64_t channels = 1;
  std::int64_t in_stride = 0;   ///< from row to row, in elements
  std::int64_t out_stride = 0;  ///< also of the places

  constexpr std::int64_t in_size() const { return height.inputs * width.inputs * channels; }
  constexpr std::int64_t out_size() const { return height.outputs * width.outputs * channels; }
};

}  // namespace regulus::kernels
