// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/garments/outline.h"

#include <gtest/gtest.h>

#include <cmath>

namespace regulus::datasets {
namespace {

// Shoelace formula.
float area(const Outline& outline) {
  const auto p = outline.points();
  float sum = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    const Point a = p[i];
    const Point b = p[(i + 1) % p.size()];
    sum += a.x * b.y - b.x * a.y;
  }
  return std::fabs(sum) / 2;
}

TEST(Outline, RectanglesAndLinesHaveTheirArea) {
  EXPECT_FLOAT_EQ(area(rectangle({1, 2}, {4, 8})), 18);
  EXPECT_FLOAT_EQ(area(line({0, 0}, {3, 4}, 0.5f)), 2.5f);
  EXPECT_EQ(area(line({1, 1}, {1, 1}, 0.5f)), 0);
}

TEST(Outline, AnEllipseIsNearlyRound) {
  const Outline e = ellipse({5, 6}, 3, 2);
  for (const Point p : e.points()) {
    const float u = (p.x - 5) / 3;
    const float v = (p.y - 6) / 2;
    EXPECT_NEAR(u * u + v * v, 1, 1e-6);  // float
  }
  EXPECT_NEAR(area(e), 18.37, 0.01);  // a regular 16-gon: 8 sin(22.5 degrees) a b
}

TEST(Outline, AStraightArcIsALine) {
  EXPECT_NEAR(area(arc({0, 0}, {1, 0}, {2, 0}, 0.5f)), 1, 1e-6);  // float
}

TEST(Outline, ACurveEndsWhereItShould) {
  Outline out;
  out.to({0, 0}).curve({1, 0}, {1, 1});
  EXPECT_EQ(out.points().back().x, 1);
  EXPECT_EQ(out.points().back().y, 1);
}

TEST(Outline, MirroredAddsTheOtherHalf) {
  Outline half;
  half.to({0, 0}).to({2, 0}).to({1, 3}).to({0, 3});
  const float right = area(half);
  EXPECT_FLOAT_EQ(area(half.mirrored()), 2 * right);
}

TEST(Outline, LeavesOutWhatDoesNotFit) {
  Outline out;
  for (int i = 0; i < 100; ++i) out.to({1, 1});
  EXPECT_EQ(out.points().size(), Outline::kMaxPoints);
  out.curve({0, 0}, {1, 0});
  EXPECT_EQ(out.mirrored().points().size(), Outline::kMaxPoints);
}

}  // namespace
}  // namespace regulus::datasets
