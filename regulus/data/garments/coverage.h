// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <span>

#include "regulus/data/garments/outline.h"

namespace regulus::datasets {

/// How much of each pixel of a small square picture an outline covers, exactly: every edge leaves the
/// signed area to its right in the pixels it crosses, and a running sum along the row gives the rest
/// (R. Levien's font-rs). Where an outline overlaps itself it covers once.
class Coverage {
 public:
  static constexpr int kSide = 28;

  /// In pixels; parts outside the picture are cut off.
  explicit Coverage(std::span<const Point> outline);

  int first_row() const { return first_row_; }
  int end_row() const { return end_row_; }
  /// Shares from 0 to 1 of the pixels of row `y`, first_row() <= y < end_row().
  std::array<float, kSide> row(int y) const;

 private:
  void add_edge(Point from, Point to);
  // An edge within one row, from x to next_x, that covers `height` of it.
  void add_piece(float* row, float x, float next_x, float height);

  // Two more in a row: what lies right of the picture ends there.
  std::array<std::array<float, kSide + 2>, kSide> change_ = {};
  int first_row_ = kSide;
  int end_row_ = 0;
};

}  // namespace regulus::datasets
