// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/garments/outline.h"

#include <cmath>

namespace regulus::datasets {
namespace {

constexpr int kCurvePieces = 5;
constexpr int kArcPieces = 8;

Point bezier(Point a, Point control, Point b, float t) {
  return between(between(a, control, t), between(control, b, t), t);
}

// To the left of the direction, `length` long; nothing for no direction.
Point normal(Point direction, float length) {
  const float size = std::sqrt(direction.x * direction.x + direction.y * direction.y);
  if (size == 0) return {};
  return {-direction.y / size * length, direction.x / size * length};
}

}  // namespace

Outline& Outline::curve(Point control, Point end) {
  const Point start = points_[size_ - 1];
  for (int i = 1; i <= kCurvePieces; ++i)
    to(bezier(start, control, end, static_cast<float>(i) / static_cast<float>(kCurvePieces)));
  return *this;
}

Outline& Outline::mirrored() {
  for (std::size_t i = size_; i-- > 0;) to({-points_[i].x, points_[i].y});
  return *this;
}

Outline rectangle(Point corner, Point opposite) {
  Outline out;
  out.to(corner).to({opposite.x, corner.y}).to(opposite).to({corner.x, opposite.y});
  return out;
}

Outline ellipse(Point centre, float radius_x, float radius_y) {
  // Cosines of multiples of 22.5 degrees.
  constexpr float kC1 = 0.92387953f;
  constexpr float kC2 = 0.70710678f;
  constexpr float kC3 = 0.38268343f;
  constexpr float kCosines[16] = {1,  kC1,  kC2,  kC3,  0, -kC3, -kC2, -kC1,
                                  -1, -kC1, -kC2, -kC3, 0, kC3,  kC2,  kC1};
  Outline out;
  for (int i = 0; i < 16; ++i)
    out.to({centre.x + radius_x * kCosines[i], centre.y + radius_y * kCosines[(i + 12) % 16]});
  return out;
}

Outline line(Point a, Point b, float width) {
  const Point side = normal(b - a, width / 2);
  Outline out;
  out.to(a + side).to(b + side).to(b - side).to(a - side);
  return out;
}

Outline arc(Point a, Point control, Point b, float width) {
  std::array<Point, kArcPieces + 1> middle;
  std::array<Point, kArcPieces + 1> side;
  for (int i = 0; i <= kArcPieces; ++i) {
    const float t = static_cast<float>(i) / static_cast<float>(kArcPieces);
    const auto at = static_cast<std::size_t>(i);
    middle[at] = bezier(a, control, b, t);
    side[at] = normal(between(control - a, b - control, t), width / 2);
  }
  Outline out;
  for (std::size_t i = 0; i < middle.size(); ++i) out.to(middle[i] + side[i]);
  for (std::size_t i = middle.size(); i-- > 0;) out.to(middle[i] - side[i]);
  return out;
}

}  // namespace regulus::datasets
