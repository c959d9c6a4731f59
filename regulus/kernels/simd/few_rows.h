// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/kernels/simd/lanes.h"
#include "regulus/kernels/table.h"

namespace regulus::kernels::REGULUS_KERNELS_ISA {

inline constexpr std::int64_t kFewRowsAtMost = 48;

/// The input gradient of up to kFewRowsAtMost rows; best where they fill whole vectors.
void input_gradient_of_few_rows(const InputGradientArgs<float>& args, float* scratch);

/// q[i][j] = q[j][i] in each block of four lanes.
template <class D, class V>
REGULUS_INLINE void transpose_fours(D d, V (&q)[4]) {
  const V low_even = hn::InterleaveLower(d, q[0], q[2]);
  const V low_odd = hn::InterleaveLower(d, q[1], q[3]);
  const V high_even = hn::InterleaveUpper(d, q[0], q[2]);
  const V high_odd = hn::InterleaveUpper(d, q[1], q[3]);
  q[0] = hn::InterleaveLower(d, low_even, low_odd);
  q[1] = hn::InterleaveUpper(d, low_even, low_odd);
  q[2] = hn::InterleaveLower(d, high_even, high_odd);
  q[3] = hn::InterleaveUpper(d, high_even, high_odd);
}

}  // namespace regulus::kernels::REGULUS_KERNELS_ISA
