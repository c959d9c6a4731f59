// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/garments/tops.h"

#include <gtest/gtest.h>

#include "support/drawing.h"

namespace regulus::datasets {
namespace {

double mean_light(Top top) {
  return testing::mean_light(100, [=](Canvas& canvas, Draw& draw) { draw_top(canvas, draw, top, 1.0f); });
}

TEST(Tops, CoverAsMuchAsTheyWould) {
  for (const Top top : {Top::kTShirt, Top::kPullover, Top::kDress, Top::kCoat, Top::kShirt}) {
    EXPECT_GT(mean_light(top), 100);
    EXPECT_LT(mean_light(top), 450);
  }
  EXPECT_GT(mean_light(Top::kCoat), mean_light(Top::kDress));
  EXPECT_GT(mean_light(Top::kPullover), mean_light(Top::kTShirt));  // sleeves
}

TEST(Tops, NoTwoAreAlike) {
  Canvas a;
  Canvas b;
  Draw first = testing::draw_of(1);
  Draw second = testing::draw_of(2);
  draw_top(a, first, Top::kShirt, 1.0f);
  draw_top(b, second, Top::kShirt, 1.0f);
  EXPECT_NE(a.pixels(), b.pixels());
}

}  // namespace
}  // namespace regulus::datasets
