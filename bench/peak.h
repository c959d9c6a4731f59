// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace regulus::bench {

/// What the machine can do at most, measured: float32 fused multiply-adds in registers alone, on
/// `threads` threads at once, with the instruction set that the kernels use (runtime::active_isa).
/// In 10^9 floating-point operations a second; one fused multiply-add counts as two. Takes 0.2 s.
double fma_peak_gflops(int threads);

}  // namespace regulus::bench
