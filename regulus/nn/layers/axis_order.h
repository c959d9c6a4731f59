// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "regulus/base/shape.h"
#include "regulus/plan/graph.h"
#include "regulus/plan/strided_view.h"

namespace regulus {

/// Of each feature of the rows with their axes in that order, row-major: where it was before.
plan::StridedView reordered(const Shape& row, const std::vector<std::size_t>& order);

/// The row's axes with `last` (ascending) behind all others.
std::vector<std::size_t> with_last(std::size_t rank, const std::vector<std::size_t>& last);

/// Adds what `lower` adds, for rows in which the axes `last` come last: around it the rows are rearranged
/// and put back, unless those axes are last already. Steps then know only neighbours.
void lower_with_last(plan::Graph& graph, const std::string& name, const Shape& row,
                     const std::vector<std::size_t>& last, const std::function<void()>& lower);

}  // namespace regulus
