// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/axis_order.h"

#include <algorithm>
#include <utility>

#include "regulus/plan/steps/rearrange.h"

namespace regulus {

std::vector<std::int32_t> reordered(const Shape& row, const std::vector<std::size_t>& order) {
  std::vector<std::int64_t> stride(row.rank(), 1);
  for (std::size_t axis = row.rank(); axis-- > 1;) stride[axis - 1] = stride[axis] * row[axis];
  std::vector<std::int32_t> source(static_cast<std::size_t>(row.size()));
  for (std::size_t i = 0; i < source.size(); ++i) {
    auto rest = static_cast<std::int64_t>(i);
    std::int64_t before = 0;
    for (std::size_t place = order.size(); place-- > 0; rest /= row[order[place]])
      before += rest % row[order[place]] * stride[order[place]];
    source[i] = static_cast<std::int32_t>(before);
  }
  return source;
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
  const std::vector<std::int32_t> there = reordered(row, with_last(row.rank(), last));
  if (std::is_sorted(there.begin(), there.end())) return lower();
  std::vector<std::int32_t> back(there.size());
  for (std::size_t i = 0; i < there.size(); ++i)
    back[static_cast<std::size_t>(there[i])] = static_cast<std::int32_t>(i);
  graph.add<plan::RearrangeStep>(plan::RearrangeSpec{name, there});
  lower();
  graph.add<plan::RearrangeStep>(plan::RearrangeSpec{name, std::move(back)});
}

}  // namespace regulus
