// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/garments/bag.h"

#include <gtest/gtest.h>

#include "support/drawing.h"

namespace regulus::datasets {
namespace {

TEST(Bag, CoversAsMuchAsItWould) {
  const double light =
      testing::mean_light(200, [](Canvas& canvas, Draw& draw) { draw_bag(canvas, draw, 1.0f); });
  EXPECT_GT(light, 120);
  EXPECT_LT(light, 450);
}

TEST(Bag, ManyHaveAHandleAbove) {
  int handles = 0;
  for (std::uint32_t i = 0; i < 200; ++i) {
    Canvas canvas;
    Draw draw = testing::draw_of(i);
    draw_bag(canvas, draw, 1.0f);
    // A hole: light, dark and light again from top to bottom in the middle column.
    int changes = 0;
    bool lit = false;
    for (int y = 0; y < kSide; ++y) {
      const bool now = canvas.pixels()[static_cast<std::size_t>(y * kSide + 14)] > 0.05f;
      changes += now && !lit;
      lit = now;
    }
    handles += changes >= 2;
  }
  EXPECT_GT(handles, 60);
  EXPECT_LT(handles, 160);
}

}  // namespace
}  // namespace regulus::datasets
