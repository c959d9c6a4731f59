// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/garments/canvas.h"

#include "regulus/data/garments/coverage.h"

namespace regulus::datasets {

static_assert(Coverage::kSide == kSide);

void Canvas::fill(Outline outline, float tone, float opacity) {
  for (Point& p : outline.points()) p = pose(p);
  const Coverage coverage(outline.points());
  for (int y = coverage.first_row(); y < coverage.end_row(); ++y) {
    const auto row = coverage.row(y);
    float* pixels = pixels_.data() + y * kSide;
    const float* shades = shade.data() + y * kSide;
    for (int x = 0; x < kSide; ++x)
      pixels[x] += row[static_cast<std::size_t>(x)] * opacity * (tone * shades[x] - pixels[x]);
  }
}

}  // namespace regulus::datasets
