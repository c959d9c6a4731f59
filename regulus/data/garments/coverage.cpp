// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/garments/coverage.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace regulus::datasets {
namespace {

constexpr float kEnd = static_cast<float>(Coverage::kSide);

}  // namespace

Coverage::Coverage(std::span<const Point> outline) {
  for (std::size_t i = 0; i < outline.size(); ++i) add_edge(outline[i], outline[(i + 1) % outline.size()]);
}

void Coverage::add_edge(Point from, Point to) {
  float direction = 1;
  if (from.y > to.y) {
    std::swap(from, to);
    direction = -1;
  }
  if (from.y == to.y || to.y <= 0 || from.y >= kEnd) return;
  const float slope = (to.x - from.x) / (to.y - from.y);
  float y = std::max(from.y, 0.0f);
  const float bottom = std::min(to.y, kEnd);
  float x = from.x + (y - from.y) * slope;
  int row = static_cast<int>(y);
  first_row_ = std::min(first_row_, row);
  for (; y < bottom; ++row) {
    const float next_y = std::min(static_cast<float>(row + 1), bottom);
    const float next_x = x + (next_y - y) * slope;
    add_piece(change_[static_cast<std::size_t>(row)].data(), x, next_x, direction * (next_y - y));
    x = next_x;
    y = next_y;
  }
  end_row_ = std::max(end_row_, row);
}

void Coverage::add_piece(float* row, float x, float next_x, float height) {
  const float left = std::clamp(std::min(x, next_x), 0.0f, kEnd);
  const float right = std::clamp(std::max(x, next_x), 0.0f, kEnd);
  const int first = static_cast<int>(left);
  const int last = static_cast<int>(right);
  if (first == last) {  // a trapezium in one pixel
    const float uncovered = 0.5f * (left + right) - static_cast<float>(first);
    row[first] += height * (1 - uncovered);
    row[first + 1] += height * uncovered;
    return;
  }
  // Pixel by pixel: what the edge has covered up to its right border, less what was told before.
  const float per_pixel = height / (right - left);
  float told = 0;
  for (int i = first; i <= last; ++i) {
    const float begin = std::max(left, static_cast<float>(i));
    const float end = std::min(right, static_cast<float>(i + 1));
    const float before = (begin - left) * per_pixel;
    const float within = (end - begin) * per_pixel;
    const float covered = before + within * (static_cast<float>(i + 1) - 0.5f * (begin + end));
    row[i] += covered - told;
    told = covered;
  }
  row[last + 1] += height - told;
}

std::array<float, Coverage::kSide> Coverage::row(int y) const {
  const auto& change = change_[static_cast<std::size_t>(y)];
  std::array<float, kSide> out;
  float sum = 0;
  for (std::size_t x = 0; x < out.size(); ++x) {
    sum += change[x];
    out[x] = std::min(std::fabs(sum), 1.0f);
  }
  return out;
}

}  // namespace regulus::datasets
