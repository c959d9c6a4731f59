// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "regulus/kernels/table.h"

namespace regulus::plan {

/// The sum of term(0) … term(count - 1), doubles, in the order of all row sums: lane i % 16 adds its terms in
/// ascending order, then sum_tree(). Written so that a compiler may take any number of lanes at once.
template <class Term>
double lane_sum(std::int64_t count, Term term) {
  constexpr std::int64_t kLanes = kernels::kPanel;
  double lanes[kLanes] = {};
  std::int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes)
    for (std::int64_t lane = 0; lane < kLanes; ++lane) lanes[lane] += term(i + lane);
  for (std::int64_t lane = 0; i + lane < count; ++lane) lanes[lane] += term(i + lane);
  return kernels::sum_tree(lanes);
}

}  // namespace regulus::plan
