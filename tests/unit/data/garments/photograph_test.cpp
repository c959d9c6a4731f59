// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/garments/photograph.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "support/drawing.h"

namespace regulus::datasets {
namespace {

TEST(Photograph, APoseKeepsTheGarmentNearTheMiddle) {
  int mirrored = 0;
  for (std::uint32_t i = 0; i < 500; ++i) {
    Draw draw = testing::draw_of(i);
    const Pose pose = draw_pose(draw, true);
    EXPECT_NEAR(pose.cosine * pose.cosine + pose.sine * pose.sine, 1, 1e-6);  // a rotation, up to float
    EXPECT_NEAR(pose.centre.x, 14, 2);
    EXPECT_NEAR(pose.centre.y, 14, 2);
    mirrored += pose.scale_x < 0;
    Draw again = testing::draw_of(i);
    EXPECT_GT(draw_pose(again, false).scale_x, 0);
  }
  EXPECT_NEAR(mirrored, 200, 44);  // two in five, four standard deviations
}

TEST(Photograph, FabricNeitherBlackensNorExplodes) {
  for (std::uint32_t i = 0; i < 300; ++i) {
    Canvas canvas;
    Draw draw = testing::draw_of(i);
    draw_fabric(canvas, draw);
    const auto [least, most] = std::minmax_element(canvas.shade.begin(), canvas.shade.end());
    EXPECT_GT(*least, 0.1f) << i;
    EXPECT_LT(*most, 2.1f) << i;
    EXPECT_LT(*least, *most) << i;
  }
}

TEST(Photograph, OcclusionIsRare) {
  int occluded = 0;
  for (std::uint32_t i = 0; i < 1000; ++i) {
    Canvas canvas;
    canvas.fill(rectangle({-2, -2}, {2, 2}), 0.5f);
    const auto before = canvas.pixels();
    Draw draw = testing::draw_of(i);
    draw_occlusion(canvas, draw);
    occluded += before != canvas.pixels();
  }
  EXPECT_NEAR(occluded, 80, 35);  // 8 %, four standard deviations
}

TEST(Photograph, DevelopsBlackToBlackOrHazeAndWhiteToWhite) {
  std::array<std::uint8_t, kPixels> bytes;
  int clear = 0;
  for (std::uint32_t i = 0; i < 300; ++i) {
    Canvas canvas;
    Draw draw = testing::draw_of(i);
    develop(canvas, draw, bytes);
    EXPECT_LT(*std::max_element(bytes.begin(), bytes.end()), 24);
    clear += *std::max_element(bytes.begin(), bytes.end()) == 0;
    canvas.pixels().fill(100.0f);
    Draw bright = testing::draw_of(i);
    develop(canvas, bright, bytes);
    EXPECT_EQ(*std::min_element(bytes.begin(), bytes.end()), 255);
    canvas.pixels().fill(-100.0f);
    Draw dark = testing::draw_of(i);
    develop(canvas, dark, bytes);
    EXPECT_EQ(*std::max_element(bytes.begin(), bytes.end()), 0);
  }
  EXPECT_GT(clear, 180);  // seven in ten have no haze at all
  EXPECT_LT(clear, 250);
}

}  // namespace
}  // namespace regulus::datasets
