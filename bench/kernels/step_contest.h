// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/kernels/families.h"
#include "bench/kernels/step_rivals.h"

namespace regulus::bench {

/// A part of a step and its rivals, ready to run. What each leaves is row-major, without padding.
struct StepContest {
  std::function<void()> run;
  std::function<std::vector<float>()> result;
  std::vector<StepRival> rivals;
};

enum class Work { kFlops, kBytes };

/// Registers benchmark `name`. Its counters: what each contender does of the work in 1e9 a second, and the
/// share of the FMA peak or of what a copy of as many bytes reaches; its label: what the rivals have chosen.
void register_step(const std::string& name, const Setting& setting, Work work, double amount,
                   std::function<StepContest()> prepare);

/// How many zeros lie before the first pixel where padding is "same".
constexpr std::int64_t pixels_before(std::int64_t in, std::int64_t out, std::int64_t size,
                                     std::int64_t stride) {
  return std::max<std::int64_t>((out - 1) * stride + size - in, 0) / 2;
}

}  // namespace regulus::bench
