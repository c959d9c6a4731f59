// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/garments/canvas.h"

#include <algorithm>

namespace regulus::datasets {
namespace {

// Lines on which a row's coverage is sampled; along x it is exact.
constexpr int kLines = 3;
constexpr float kEnd = static_cast<float>(kSide);

struct Edge {
  float top;
  float bottom;
  float x;      // at the top
  float slope;  // dx / dy
};

class Edges {
 public:
  explicit Edges(std::span<const Point> points) {
    for (std::size_t i = 0; i < points.size(); ++i) add(points[i], points[(i + 1) % points.size()]);
  }

  float top() const { return top_; }
  float bottom() const { return bottom_; }

  // Adds the coverage of the line at `y` to each pixel of its row.
  void cover(float y, float* row) const {
    std::array<float, Outline::kMaxPoints> crossings;
    std::size_t count = 0;
    for (std::size_t i = 0; i < size_; ++i) {
      const Edge& e = edges_[i];
      if (y >= e.top && y < e.bottom) crossings[count++] = e.x + (y - e.top) * e.slope;
    }
    std::sort(crossings.begin(), crossings.begin() + static_cast<std::ptrdiff_t>(count));
    for (std::size_t i = 0; i + 1 < count; i += 2)
      add_span(std::clamp(crossings[i], 0.0f, kEnd), std::clamp(crossings[i + 1], 0.0f, kEnd), row);
  }

 private:
  void add(Point a, Point b) {
    if (a.y == b.y) return;
    if (a.y > b.y) std::swap(a, b);
    edges_[size_++] = {a.y, b.y, a.x, (b.x - a.x) / (b.y - a.y)};
    top_ = std::min(top_, a.y);
    bottom_ = std::max(bottom_, b.y);
  }

  static void add_span(float begin, float end, float* row) {
    const int first = static_cast<int>(begin);
    const int last = static_cast<int>(end);
    if (first == last) {
      row[first] += end - begin;
      return;
    }
    row[first] += static_cast<float>(first + 1) - begin;
    for (int i = first + 1; i < last; ++i) row[i] += 1.0f;
    row[last] += end - static_cast<float>(last);
  }

  std::array<Edge, Outline::kMaxPoints> edges_;
  std::size_t size_ = 0;
  float top_ = kEnd;
  float bottom_ = 0;
};

}  // namespace

void Canvas::fill(Outline outline, float tone, float opacity) {
  for (Point& p : outline.points()) p = pose(p);
  const Edges edges(outline.points());
  const int first_row = std::max(0, static_cast<int>(edges.top()));
  const int end_row = std::min(kSide, static_cast<int>(std::max(edges.bottom(), 0.0f)) + 1);
  for (int y = first_row; y < end_row; ++y) {
    std::array<float, kSide + 1> cover = {};  // one more: a span may end on the border
    for (int k = 0; k < kLines; ++k)
      edges.cover(static_cast<float>(y) + (static_cast<float>(k) + 0.5f) / static_cast<float>(kLines),
                  cover.data());
    float* pixels = pixels_.data() + y * kSide;
    const float* shades = shade.data() + y * kSide;
    for (int x = 0; x < kSide; ++x)
      pixels[x] += cover[static_cast<std::size_t>(x)] * (opacity / static_cast<float>(kLines)) *
                   (tone * shades[x] - pixels[x]);
  }
}

}  // namespace regulus::datasets
