// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/garments/shoes.h"

#include <gtest/gtest.h>

#include "support/drawing.h"

namespace regulus::datasets {
namespace {

double mean_light(Shoe shoe) {
  return testing::mean_light(200, [=](Canvas& canvas, Draw& draw) { draw_shoe(canvas, draw, shoe, 1.0f); });
}

// Light in the rows [begin, end) of many shoes.
double light_between(Shoe shoe, int begin, int end) {
  double sum = 0;
  for (std::uint32_t i = 0; i < 200; ++i) {
    Canvas canvas;
    Draw draw = testing::draw_of(i);
    draw_shoe(canvas, draw, shoe, 1.0f);
    for (int p = begin * kSide; p < end * kSide; ++p)
      sum += static_cast<double>(canvas.pixels()[static_cast<std::size_t>(p)]);
  }
  return sum;
}

TEST(Shoes, CoverAsMuchAsTheyWould) {
  EXPECT_LT(mean_light(Shoe::kSandal), mean_light(Shoe::kSneaker));
  EXPECT_LT(mean_light(Shoe::kSneaker), mean_light(Shoe::kAnkleBoot));
  EXPECT_GT(mean_light(Shoe::kSandal), 30);
  EXPECT_LT(mean_light(Shoe::kAnkleBoot), 400);
}

TEST(Shoes, OnlyBootsReachHighUp) {
  const double boots = light_between(Shoe::kAnkleBoot, 0, 9);
  EXPECT_LT(light_between(Shoe::kSneaker, 0, 9), 0.05 * boots);
  EXPECT_LT(light_between(Shoe::kSandal, 0, 9), 0.2 * boots);  // straps above high heels
}

}  // namespace
}  // namespace regulus::datasets
