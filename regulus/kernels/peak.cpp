// SPDX-License-Identifier: Apache-2.0
#include "regulus/kernels/peak.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>

#include "regulus/kernels/simd/tables.h"
#include "regulus/runtime/team.h"

namespace regulus::kernels {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kBursts = 8;
constexpr double kBurstSeconds = 0.01;

// As many chains as the vector loops have: the compiler may join them as it likes.
float scalar_chains(std::int64_t rounds) {
  float x[FmaLoop::kChains];
  for (int i = 0; i < FmaLoop::kChains; ++i) x[i] = static_cast<float>(i);
  for (std::int64_t round = 0; round < rounds; ++round)
    for (float& each : x) each = std::fma(each, FmaLoop::kFactor, FmaLoop::kTerm);
  float sum = 0;
  for (const float each : x) sum += each;
  return sum;
}

FmaLoop loop_for(runtime::Isa isa) {
  switch (isa) {
#ifdef REGULUS_HAS_AVX2
    case runtime::Isa::kAvx2:
      return avx2::fma_loop();
#endif
#ifdef REGULUS_HAS_AVX512
    case runtime::Isa::kAvx512:
      return avx512::fma_loop();
#endif
#ifdef REGULUS_HAS_NEON
    case runtime::Isa::kNeon:
      return neon::fma_loop();
#endif
    default:
      return {scalar_chains, 1};
  }
}

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

// Makes the compiler believe that somebody wants the result.
void keep(float value) {
  asm volatile("" : : "m"(value));
}

// So many that one thread takes about as long as a burst shall last.
std::int64_t rounds_of_a_burst(const FmaLoop& loop) {
  for (std::int64_t rounds = 1024;; rounds *= 2) {
    const auto begin = Clock::now();
    keep(loop.run(rounds));
    const double seconds = seconds_since(begin);
    if (seconds > kBurstSeconds / 4)
      return static_cast<std::int64_t>(static_cast<double>(rounds) * kBurstSeconds / seconds);
  }
}

}  // namespace

double fma_peak_flops(int threads, runtime::Isa isa) {
  const FmaLoop loop = loop_for(isa);
  runtime::Team team(threads);
  const std::int64_t rounds = rounds_of_a_burst(loop);
  // The best burst counts: something else ran during the others.
  double shortest = std::numeric_limits<double>::infinity();
  team.run([&](int worker, int size) {
    for (int burst = 0; burst < kBursts; ++burst) {
      team.barrier(size);
      const auto begin = Clock::now();
      keep(loop.run(rounds));
      team.barrier(size);
      if (worker == 0) shortest = std::min(shortest, seconds_since(begin));
    }
  });
  return 2.0 * FmaLoop::kChains * loop.lanes * static_cast<double>(rounds) * threads / shortest;
}

}  // namespace regulus::kernels
