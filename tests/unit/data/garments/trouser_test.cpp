// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/garments/trouser.h"

#include <gtest/gtest.h>

#include "support/drawing.h"

namespace regulus::datasets {
namespace {

TEST(Trouser, HasTwoLegs) {
  int gaps = 0;
  for (std::uint32_t i = 0; i < 200; ++i) {
    Canvas canvas;
    Draw draw = testing::draw_of(i);
    draw_trouser(canvas, draw, 1.0f);
    const float* row = canvas.pixels().data() + 17 * kSide;  // below every crotch, above most hems
    float left = 0;
    float right = 0;
    for (int x = 0; x < 12; ++x) {
      left += row[x];
      right += row[kSide - 1 - x];
    }
    gaps += left > 1 && right > 1 && row[13] < 0.5f;
    EXPECT_NEAR(left, right, 1e-3);  // symmetric before it is posed, up to float sums
  }
  EXPECT_GT(gaps, 100);
  EXPECT_LT(gaps, 195);  // some stand so close that they look like a skirt
}

TEST(Trouser, CoversAsMuchAsItWould) {
  const double light =
      testing::mean_light(100, [](Canvas& canvas, Draw& draw) { draw_trouser(canvas, draw, 1.0f); });
  EXPECT_GT(light, 100);
  EXPECT_LT(light, 350);
}

}  // namespace
}  // namespace regulus::datasets
