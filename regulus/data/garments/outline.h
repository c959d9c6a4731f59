// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace regulus::datasets {

struct Point {
  float x = 0;
  float y = 0;
  friend constexpr Point operator+(Point a, Point b) { return {a.x + b.x, a.y + b.y}; }
  friend constexpr Point operator-(Point a, Point b) { return {a.x - b.x, a.y - b.y}; }
  friend constexpr Point operator*(float k, Point a) { return {k * a.x, k * a.y}; }
};

/// The point at share t of the way from a to b.
constexpr Point between(Point a, Point b, float t) {
  return a + t * (b - a);
}

/// A closed polygon of at most kMaxPoints corners; further ones are left out. Curves are chains of corners.
class Outline {
 public:
  static constexpr std::size_t kMaxPoints = 48;

  Outline& to(Point p) {
    if (size_ < kMaxPoints) points_[size_++] = p;
    return *this;
  }
  /// A quadratic Bezier curve from the last corner, which must exist.
  Outline& curve(Point control, Point end);
  /// Adds the mirror images (x -> -x) of all corners in reverse order: a right half becomes a whole.
  Outline& mirrored();

  std::span<const Point> points() const { return {points_.data(), size_}; }
  std::span<Point> points() { return {points_.data(), size_}; }

 private:
  std::array<Point, kMaxPoints> points_;
  std::size_t size_ = 0;
};

Outline rectangle(Point corner, Point opposite);
Outline ellipse(Point centre, float radius_x, float radius_y);
/// A straight line `width` wide, square at its ends.
Outline line(Point a, Point b, float width);
/// A quadratic Bezier curve drawn `width` wide.
Outline arc(Point a, Point control, Point b, float width);

}  // namespace regulus::datasets
