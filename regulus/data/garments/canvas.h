// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "regulus/data/garments/outline.h"

namespace regulus::datasets {

inline constexpr int kSide = 28;
inline constexpr int kPixels = kSide * kSide;

/// Where and how a garment lies on the picture: from its own frame, [-1, 1] x [-1, 1] with y downwards,
/// to pixels.
struct Pose {
  float scale_x = 12.5f;  ///< pixels for a unit; negative: seen in a mirror
  float scale_y = 12.5f;
  float cosine = 1;
  float sine = 0;
  float bend = 0;  ///< sideways shift in proportion to y^2
  Point centre = {14, 14};

  Point operator()(Point p) const {
    const float x = scale_x * (p.x + bend * p.y * p.y);
    const float y = scale_y * p.y;
    return {centre.x + cosine * x - sine * y, centre.y + sine * x + cosine * y};
  }
};

/// A grey picture, 0 black to 1 white, on which outlines are filled with soft edges.
class Canvas {
 public:
  Pose pose;
  /// Multiplies every tone, pixel by pixel: light and fabric.
  std::array<float, kPixels> shade;

  Canvas() { shade.fill(1.0f); }
  /// Covers the inside with `tone`; opacity 1 hides what was there.
  void fill(Outline outline, float tone, float opacity = 1.0f);

  const std::array<float, kPixels>& pixels() const { return pixels_; }
  std::array<float, kPixels>& pixels() { return pixels_; }

 private:
  std::array<float, kPixels> pixels_ = {};
};

}  // namespace regulus::datasets
