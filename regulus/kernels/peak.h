// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/runtime/isa.h"

namespace regulus::kernels {

/// What the machine can do at most, measured: float32 fused multiply-adds in registers alone, on
/// `threads` threads at once, in floating-point operations a second (a fused multiply-add counts as
/// two). isa: the kernels' instruction set, among runtime::available_isas(). Takes about 0.1 s.
/// Requires threads >= 1. Throws IoError when the system refuses to start so many threads.
double fma_peak_flops(int threads, runtime::Isa isa = runtime::active_isa());

}  // namespace regulus::kernels
