// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace regulus::plan {

/// One axis of a view: index i stands for element i * stride, or for none unless begin <= i < end.
struct ViewAxis {
  std::int64_t length = 0;
  std::int64_t stride = 0;
  std::int64_t begin = 0;
  std::int64_t end = length;

  bool bounded() const { return begin > 0 || end < length; }
};

/// What each feature of a row is among other numbers, by arithmetic in place of a table: the features are an
/// array of these axes, row-major, and feature (i_1, i_2, …) is number base + sum of i_k * stride_k, or none
/// where an axis says so.
class StridedView {
 public:
  /// Of no feature: empty().
  StridedView() = default;
  /// Requires at most 64 axes, strides >= 0, lengths >= 1 and numbers >= 0, all below 2^62.
  explicit StridedView(std::vector<ViewAxis> axes, std::int64_t base = 0);

  bool empty() const { return axes_.empty(); }
  /// Features.
  std::int64_t size() const { return size_; }
  /// One more than the largest number.
  std::int64_t reach() const;
  /// Each feature is the number that it has itself.
  bool in_order() const;

  /// Calls body(feature, count, number, stride) for features [begin, end) in their order: those from
  /// `feature` on are number, number + stride, …, `count` of them; a negative number: none of them is any.
  template <class Body>
  void for_each_run(std::int64_t begin, std::int64_t end, Body body) const {
    if (begin >= end) return;
    const ViewAxis& inner = axes_.back();
    Place place = place_of(begin);
    std::int64_t at = begin;
    while (at < end) {
      const std::int64_t last = std::min(inner.length, place.inner + end - at);
      const auto run = [&](std::int64_t from, std::int64_t to, bool any) {
        if (from >= to) return;
        body(at, to - from, any ? place.number + from * inner.stride : std::int64_t{-1}, inner.stride);
        at += to - from;
      };
      const bool any = place.outside == 0;
      const std::int64_t first_in = std::clamp(inner.begin, place.inner, last);
      const std::int64_t last_in = std::clamp(inner.end, first_in, last);
      run(place.inner, first_in, false);
      run(first_in, last_in, any);
      run(last_in, last, false);
      advance(place);
    }
  }
  template <class Body>
  void for_each_run(Body body) const {
    for_each_run(0, size_, body);
  }

 private:
  static constexpr std::size_t kMostAxes = 64;
  /// A feature on its way through all of them.
  struct Place {
    std::array<std::int64_t, kMostAxes> index;  ///< of the axes before the last
    std::int64_t inner;                         ///< of the last
    std::int64_t number;                        ///< without the last axis's share
    int outside;                                ///< axes before the last whose index stands for nothing
  };
  Place place_of(std::int64_t feature) const;
  /// To the next index before the last, the last one from 0 on.
  void advance(Place& place) const;

  std::vector<ViewAxis> axes_;
  std::int64_t base_ = 0;
  std::int64_t size_ = 0;
};

}  // namespace regulus::plan
