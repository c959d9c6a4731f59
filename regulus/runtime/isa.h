// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace regulus::runtime {

/// The instruction sets that kernels are built for. All give the same bits.
enum class Isa { kScalar, kAvx2, kAvx512, kNeon };

std::string_view name(Isa isa);
/// Every instruction set this machine and this build have, slowest first. Always holds kScalar.
const std::vector<Isa>& available_isas();
/// The one in use: the fastest available, or what REGULUS_ISA (scalar, avx2, avx512, neon) names.
/// Throws ConfigError when REGULUS_ISA is unknown or not available here.
Isa active_isa();

}  // namespace regulus::runtime
