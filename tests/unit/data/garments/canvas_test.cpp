// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/garments/canvas.h"

#include <gtest/gtest.h>

#include "support/drawing.h"

namespace regulus::datasets {
namespace {

constexpr std::size_t kMiddle = 14 * kSide + 14;

TEST(Canvas, FillsWhatThePoseShows) {
  Canvas canvas;
  canvas.pose = {.scale_x = 10, .scale_y = 5, .centre = {14, 14}};
  canvas.fill(rectangle({-1, -1}, {1, 1}), 0.5f);
  EXPECT_NEAR(testing::light(canvas), 0.5 * 20 * 10, 1e-3);  // float sums
  EXPECT_FLOAT_EQ(canvas.pixels()[kMiddle], 0.5f);
}

TEST(Canvas, LaterFillsHideEarlierOnesByTheirOpacity) {
  Canvas canvas;
  canvas.fill(rectangle({-1, -1}, {1, 1}), 1.0f);
  canvas.fill(rectangle({-1, -1}, {1, 1}), 0.2f, 0.5f);
  EXPECT_FLOAT_EQ(canvas.pixels()[kMiddle], 0.6f);
  canvas.fill(rectangle({-1, -1}, {1, 1}), 0.3f);
  EXPECT_FLOAT_EQ(canvas.pixels()[kMiddle], 0.3f);
}

TEST(Canvas, ShadeMultipliesTheTone) {
  Canvas canvas;
  canvas.shade[kMiddle] = 0.5f;
  canvas.fill(rectangle({-1, -1}, {1, 1}), 0.8f);
  EXPECT_FLOAT_EQ(canvas.pixels()[kMiddle], 0.4f);
  EXPECT_FLOAT_EQ(canvas.pixels()[kMiddle + 1], 0.8f);
}

TEST(Pose, MirrorsTurnsAndBends) {
  const Pose mirrored = {.scale_x = -10, .scale_y = 10};
  EXPECT_FLOAT_EQ(mirrored({0.5f, 0}).x, 9);
  const Pose quarter = {.scale_x = 10, .scale_y = 10, .cosine = 0, .sine = 1};
  EXPECT_FLOAT_EQ(quarter({1, 0}).x, 14);
  EXPECT_FLOAT_EQ(quarter({1, 0}).y, 24);
  const Pose bent = {.scale_x = 10, .scale_y = 10, .bend = 0.1f};
  EXPECT_FLOAT_EQ(bent({0, 1}).x, 15);
  EXPECT_FLOAT_EQ(bent({0, -1}).x, 15);
  EXPECT_FLOAT_EQ(bent({0, 0}).x, 14);
}

}  // namespace
}  // namespace regulus::datasets
