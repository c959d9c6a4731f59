// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>

#include "regulus/kernels/simd/lanes.h"

// Rows of `units` numbers, taken 16 at a time; `at` is the column of the first of them. Lanes past
// the row's end are computed and thrown away.

namespace regulus::kernels::REGULUS_KERNELS_ISA {

/// The sum over a row in the order of all row sums: add(sum, at) is sum with 16 terms added.
template <class Add>
REGULUS_INLINE Lanes row_sum(std::int64_t units, Add add) {
  Lanes sum(0);
  for (std::int64_t at = 0; at < units; at += kPanel)
    sum = select(first_lanes(units - at), add(sum, at), sum);
  return Lanes::all(fold<Sum>(sum));
}

/// The largest number of a row; a NaN among them may be passed over.
REGULUS_INLINE Lanes row_max(const float* z, std::int64_t units) {
  Lanes max(-std::numeric_limits<float>::infinity());
  for (std::int64_t at = 0; at < units; at += kPanel) {
    const Lanes x = Lanes::load(z + at);
    const LaneMask live = first_lanes(units - at);
    max = select(live, select(max < x, x, max), max);
  }
  return Lanes::all(fold<Largest>(max));
}

/// Writes get(at) to a row, zeros to its padding.
template <class Get>
REGULUS_INLINE void write_row(float* to, std::int64_t units, Get get) {
  for (std::int64_t at = 0; at < units; at += kPanel)
    select(first_lanes(units - at), get(at), Lanes(0)).store(to + at);
}

}  // namespace regulus::kernels::REGULUS_KERNELS_ISA
