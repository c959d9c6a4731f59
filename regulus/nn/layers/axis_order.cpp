// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/axis_order.h"

#include <algorithm>
#include <utility>

#include "regulus/plan/steps/rearrange.h"

namespace regulus {
namespace {

/// How far apart the neighbours of each axis lie.
std::vector<std::int64_t> strides_of(const std::vector<std::int64_t>& lengths) {
  std::vector<std::int64_t> stride(lengths.size(), 1);
  for (std::size_t axis = lengths.size(); axis-- > 1;) stride[axis - 1] = stride[axis] * lengths[axis];
  return stride;
}

/// The view that undoes reordered().
plan::StridedView put_back(const Shape& row, const std::vector<std::size_t>& order) {
  std::vector<std::int64_t> moved;
  for (const std::size_t axis : order) moved.push_back(row[axis]);
  const std::vector<std::int64_t> stride = strides_of(moved);
  std::vector<plan::ViewAxis> axes(order.size());
  for (std::size_t place = 0; place < order.size(); ++place)
    axes[order[place]] = {moved[place], stride[place]};
  return plan::StridedView(std::move(axes));
}

}  // namespace

plan::StridedView reordered(const Shape& row, const std::vector<std::size_t>& order) {
  const std::vector<std::int64_t> stride = strides_of(row.dims());
  std::vector<plan::ViewAxis> axes;
  for (const std::size_t axis : order) axes.push_back({row[axis], stride[axis]});
  return plan::StridedView(std::move(axes));
}

std::vector<std::size_t> with_last(std::size_t rank, const std::vector<std::size_t>& last) {
  std::vector<std::size_t> order;
  for (std::size_t axis = 0; axis < rank; ++axis)
    if (!std::binary_search(last.begin(), last.end(), axis)) order.push_back(axis);
  order.insert(order.end(), last.begin(), last.end());
  return order;
}

void lower_with_last(plan::Graph& graph, const std::string& name, const Shape& row,
                     const std::vector<std::size_t>& last, const std::function<void()>& lower) {
  const std::vector<std::size_t> order = with_last(row.rank(), last);
  plan::StridedView there = reordered(row, order);
  if (there.in_order()) return lower();
  graph.add<plan::RearrangeStep>(plan::RearrangeSpec{name, std::move(there)});
  lower();
  graph.add<plan::RearrangeStep>(plan::RearrangeSpec{name, put_back(row, order)});
}

}  // namespace regulus
