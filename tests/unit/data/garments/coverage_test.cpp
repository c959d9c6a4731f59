// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/garments/coverage.h"

#include <gtest/gtest.h>

#include <cmath>

#include "support/drawing.h"

namespace regulus::datasets {
namespace {

float at(const Coverage& coverage, int x, int y) {
  if (y < coverage.first_row() || y >= coverage.end_row()) return 0;
  return coverage.row(y)[static_cast<std::size_t>(x)];
}

double total(const Coverage& coverage) {
  double sum = 0;
  for (int y = coverage.first_row(); y < coverage.end_row(); ++y)
    for (const float share : coverage.row(y)) sum += static_cast<double>(share);
  return sum;
}

TEST(Coverage, OfARectangleIsExact) {
  const Coverage c(rectangle({2.25f, 3.5f}, {5.5f, 6}).points());
  EXPECT_EQ(c.first_row(), 3);
  EXPECT_EQ(c.end_row(), 6);
  EXPECT_FLOAT_EQ(at(c, 2, 3), 0.375f);
  EXPECT_FLOAT_EQ(at(c, 3, 3), 0.5f);
  EXPECT_FLOAT_EQ(at(c, 3, 4), 1);
  EXPECT_FLOAT_EQ(at(c, 5, 5), 0.5f);
  EXPECT_NEAR(at(c, 6, 4), 0, 1e-6);  // float sums
  EXPECT_NEAR(at(c, 1, 4), 0, 1e-6);
}

TEST(Coverage, OfADiagonalIsExact) {
  Outline triangle;
  triangle.to({0, 0}).to({4, 4}).to({0, 4});
  const Coverage c(triangle.points());
  for (int y = 0; y < 4; ++y)
    for (int x = 0; x < 4; ++x) EXPECT_NEAR(at(c, x, y), x < y ? 1 : x == y ? 0.5 : 0, 1e-6) << x << " " << y;
  Outline flat;  // crosses three pixels in a row
  flat.to({0, 0}).to({3, 1}).to({0, 1});
  const Coverage f(flat.points());
  EXPECT_NEAR(at(f, 0, 0), 5.0 / 6, 1e-6);
  EXPECT_NEAR(at(f, 1, 0), 0.5, 1e-6);
  EXPECT_NEAR(at(f, 2, 0), 1.0 / 6, 1e-6);
}

TEST(Coverage, SumsToTheArea) {
  for (std::uint32_t i = 0; i < 200; ++i) {
    Draw draw = testing::draw_of(i);
    Point p[3];
    for (Point& corner : p) {
      corner.x = draw.uniform(0, 28);
      corner.y = draw.uniform(0, 28);
    }
    const float area =
        0.5f * std::fabs((p[1].x - p[0].x) * (p[2].y - p[0].y) - (p[2].x - p[0].x) * (p[1].y - p[0].y));
    EXPECT_NEAR(total(Coverage(p)), static_cast<double>(area), 1e-3)
        << i;  // float sums over up to 400 pixels
  }
}

TEST(Coverage, DoesNotDependOnTheDirection) {
  Outline forward;
  forward.to({3, 2}).to({20, 9}).to({8, 25});
  Outline back;
  back.to({8, 25}).to({20, 9}).to({3, 2});
  EXPECT_NEAR(total(Coverage(forward.points())), total(Coverage(back.points())), 1e-3);  // other rounding
}

TEST(Coverage, CutsOffWhatLiesOutside) {
  EXPECT_NEAR(total(Coverage(rectangle({-10, -10}, {50, 50}).points())), 784, 1e-3);  // float sums
  EXPECT_NEAR(total(Coverage(rectangle({20, 20}, {50, 50}).points())), 64, 1e-3);
  EXPECT_NEAR(total(Coverage(rectangle({-9, 3}, {2, 4}).points())), 2, 1e-5);
  for (const Outline& outside : {rectangle({30, 3}, {40, 5}), rectangle({-5, 3}, {-1, 5}),
                                 rectangle({3, -9}, {5, -1}), rectangle({3, 29}, {5, 40})})
    EXPECT_NEAR(total(Coverage(outside.points())), 0, 1e-5);
}

TEST(Coverage, OfNothingIsNothing) {
  EXPECT_EQ(total(Coverage({})), 0);
  EXPECT_EQ(total(Coverage(line({3, 3}, {9, 9}, 0).points())), 0);
}

TEST(Coverage, OverlappingPartsCoverOnce) {
  Outline twice;  // the same square, gone around two times
  for (int i = 0; i < 2; ++i) twice.to({2, 2}).to({6, 2}).to({6, 6}).to({2, 6});
  EXPECT_NEAR(total(Coverage(twice.points())), 16, 1e-5);
}

}  // namespace
}  // namespace regulus::datasets
