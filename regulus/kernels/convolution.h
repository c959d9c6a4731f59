// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace regulus::kernels {

// Convolutions read their windows where they lie: an image [height][width][channels], and for each output
// pixel the same pattern of runs. No matrix of windows exists. Windows that reach over the image's edge are
// products of their own, over the runs that lie inside.

/// The inputs of one output pixel, in the order in which they are added up: `count` runs of `length`
/// neighbours, run i from `offset[i]` on. A window of 3 x 3 over 8 channels has 3 runs of 24.
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
  std::int64_t step;  ///< elements between the windows of two pixels of a line
  std::int64_t row;   ///< elements between two lines of windows
};

/// Output pixels: lines [line, line_end), and of each the columns [column, column_end).
struct PixelBox {
  std::int64_t line;
  std::int64_t line_end;
  std::int64_t column;
  std::int64_t column_end;
};

template <class T>
struct ConvolutionArgs {
  Windows windows{};
  const T* x;                                ///< the window of the first pixel
  const T* w;                                ///< packed, [panels(units)][inputs][16]
  std::int64_t w_stride;                     ///< from panel to panel
  const std::int64_t* run_inputs = nullptr;  ///< which of the packed inputs each run begins with
  const T* bias = nullptr;                   ///< [panels(units) * 16], or null: 0
  T* y;                                      ///< [height][width][y_step], of which `units` are written
  std::int64_t y_row = 0;                    ///< elements between two lines of y
  std::int64_t units;
  std::int64_t y_step = units;  ///< between two pixels: more, where the units are some of an image's
  std::int64_t images = 1;      ///< more than one: so few that a second-level cache holds them
  std::int64_t x_image = 0;     ///< elements between two images
  std::int64_t y_image = 0;
  bool resume = false;  ///< the chains go on from what y holds; else from the bias
};

template <class T>
struct ConvolutionGradientArgs {
  Windows windows;
  const T* x;
  const T* dz;            ///< [height][width][dz_step], of which `units` are read
  const PixelBox* boxes;  ///< the pixels where each run lies inside the image; null: all
  std::int64_t units;
  T* g;                      ///< packed like the weights, [panels(units)][inputs][16]
  bool resume;               ///< the chains go on from what g holds; else from 0
  std::int64_t images = 1;   ///< one after another
  std::int64_t x_image = 0;  ///< elements between two images
  std::int64_t dz_image = 0;
  std::int64_t dz_step = units;
};

}  // namespace regulus::kernels
