// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "regulus/data/garments/canvas.h"
#include "regulus/data/garments/draw.h"

namespace regulus::testing {

inline datasets::Draw draw_of(std::uint32_t row) {
  return datasets::Draw(random::Sequence(random::Key(1), row, 0, 0));
}

/// Sum of the tones: the painted area in pixels where the tone is 1.
inline double light(const datasets::Canvas& canvas) {
  double sum = 0;
  for (const float p : canvas.pixels()) sum += static_cast<double>(p);
  return sum;
}

/// Mean light of many pictures, each drawn in tone 1 by `paint(canvas, draw)`.
template <class Paint>
double mean_light(int pictures, Paint&& paint) {
  double sum = 0;
  for (int i = 0; i < pictures; ++i) {
    datasets::Canvas canvas;
    datasets::Draw draw = draw_of(static_cast<std::uint32_t>(i));
    paint(canvas, draw);
    sum += light(canvas);
  }
  return sum / pictures;
}

}  // namespace regulus::testing
