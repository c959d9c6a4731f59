// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/kernels/table.h"

// The sources of this folder are compiled once for each instruction set, into a namespace of its
// name; nothing else of them is visible outside.

namespace regulus::kernels {

/// For fma_peak_flops: `rounds` times x = fma(x, kFactor, kTerm) on kChains independent vectors. A chain
/// waits about four cycles for itself and two may start in a cycle: twelve keep both units busy and
/// fit sixteen registers. x stays near 2: nothing slows the loop.
struct FmaLoop {
  static constexpr int kChains = 12;
  static constexpr float kFactor = 0.5f;
  static constexpr float kTerm = 1.0f;
  float (*run)(std::int64_t rounds);  ///< the result depends on every chain
  int lanes;
};

namespace avx2 {
const Table<float>& table();
FmaLoop fma_loop();
}  // namespace avx2
namespace avx512 {
const Table<float>& table();
FmaLoop fma_loop();
}  // namespace avx512
namespace neon {
const Table<float>& table();
FmaLoop fma_loop();
}  // namespace neon

}  // namespace regulus::kernels
