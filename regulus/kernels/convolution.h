// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace regulus::kernels {

// Convolutions read their windows where they lie: an image [height][width][channels], with its border of
// zeros already around it, and for each output pixel the same pattern of runs. No matrix of windows exists.

/// The inputs of one output pixel, in the order of the weights: `count` runs of `length` neighbours, run i
/// from `offset[i]` on. A window of 3 x 3 over 8 channels has 3 runs of 24.
struct Runs {
  const std::int64_t* offset;
  std::int64_t count;
  std::int64_t length;
  std::int64_t inputs() const { return count * length; }
};

/// Where the windows of neighbouring output pixels begin.
struct Windows {
  Runs runs;
  std::int64_t height;  ///< output pixels
  std::int64_t width;
  std::int64_t step;  ///< elements between the windows of two pixels of a row
  std::int64_t row;   ///< elements between two rows of windows
};

template <class T>
struct ConvolutionArgs {
  Windows windows;
  const T* x;             ///< the window of the first pixel
  const T* w;             ///< packed, [panels(units)][inputs][16]: those of the first panel's first input
  std::int64_t w_stride;  ///< from panel to panel: a window may meet a part of the stored inputs
  const T* bias;          ///< [panels(units) * 16], or null: 0
  T* y;                   ///< [height][width][y_step], of which `units` are written
  std::int64_t y_row;     ///< elements between two lines of y
  std::int64_t units;
  std::int64_t y_step = units;  ///< between two pixels: more, where the units are some of an image's
};

template <class T>
struct ConvolutionGradientArgs {
  Windows windows;
  const T* x;
  const T* dz;  ///< [height][width][dz_step], of which `units` are read
  std::int64_t units;
  T* g;  ///< packed like the weights, from input 0 of panel 0 on
  std::int64_t input_begin;
  std::int64_t input_end;
  std::int64_t panel_begin;
  std::int64_t panel_end;
  bool resume;               ///< the chains go on from what g holds; else from 0
  std::int64_t images = 1;   ///< one after another
  std::int64_t x_image = 0;  ///< elements between two images
  std::int64_t dz_image = 0;
  std::int64_t dz_step = units;
};

}  // namespace regulus::kernels
