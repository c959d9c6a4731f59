// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/strided_view.h"

namespace regulus::plan {
namespace {

bool inside(const ViewAxis& axis, std::int64_t index) {
  return index >= axis.begin && index < axis.end;
}

}  // namespace

// Neighbouring axes whose numbers follow each other are one: runs become as long as they can be.
StridedView::StridedView(std::vector<ViewAxis> axes, std::int64_t base) : base_(base), size_(1) {
  for (const ViewAxis& axis : axes) {
    size_ *= axis.length;
    if (axis.length == 1 && !axis.bounded()) continue;
    if (axes_.empty() || axis.bounded() || axes_.back().stride != axis.stride * axis.length) {
      axes_.push_back(axis);
      continue;
    }
    const ViewAxis before = axes_.back();
    axes_.back() = {before.length * axis.length, axis.stride, before.begin * axis.length,
                    before.end * axis.length};
  }
  if (axes_.empty()) axes_.push_back({1, 1});
}

std::int64_t StridedView::reach() const {
  std::int64_t last = base_;
  for (const ViewAxis& axis : axes_) last += (axis.end - 1) * axis.stride;
  return last + 1;
}

bool StridedView::in_order() const {
  return base_ == 0 && axes_.size() == 1 && !axes_[0].bounded() && (axes_[0].stride == 1 || size_ == 1);
}

StridedView::Place StridedView::place_of(std::int64_t feature) const {
  Place place{{}, feature % axes_.back().length, base_, 0};
  feature /= axes_.back().length;
  for (std::size_t k = axes_.size() - 1; k-- > 0; feature /= axes_[k].length) {
    place.index[k] = feature % axes_[k].length;
    place.number += place.index[k] * axes_[k].stride;
    if (!inside(axes_[k], place.index[k])) ++place.outside;
  }
  return place;
}

void StridedView::advance(Place& place) const {
  place.inner = 0;
  for (std::size_t k = axes_.size() - 1; k-- > 0;) {
    const ViewAxis& axis = axes_[k];
    std::int64_t& index = place.index[k];
    if (!inside(axis, index)) --place.outside;
    place.number += axis.stride;
    if (++index < axis.length) {
      if (!inside(axis, index)) ++place.outside;
      return;
    }
    index = 0;
    place.number -= axis.length * axis.stride;
    if (!inside(axis, index)) ++place.outside;
  }
}

}  // namespace regulus::plan
