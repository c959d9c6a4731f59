// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>

#include "regulus/kernels/table.h"

namespace regulus::kernels::reference {

/// The sum of term(0) … term(count - 1) in the fixed order of all row sums: lane i % 16 adds its
/// terms in ascending order, then sum_tree(). add(sum, i) returns sum with term i added.
template <class T, class Add>
T row_sum(std::int64_t count, Add add) {
  T lanes[kPanel] = {};
  for (std::int64_t i = 0; i < count; ++i) lanes[i % kPanel] = add(lanes[i % kPanel], i);
  return sum_tree(lanes);
}

/// The largest of `count` values; a NaN among them may be passed over.
template <class T>
T row_max(const T* z, std::int64_t count) {
  T max = -std::numeric_limits<T>::infinity();
  for (std::int64_t i = 0; i < count; ++i)
    if (max < z[i]) max = z[i];
  return max;
}

}  // namespace regulus::kernels::reference
