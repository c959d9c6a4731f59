// SPDX-License-Identifier: Apache-2.0
#include "bench/peak.h"

#include <algorithm>
#include <barrier>
#include <chrono>
#include <cmath>
#include <thread>
#include <vector>

#include "regulus/runtime/isa.h"

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace regulus::bench {
namespace {

// A chain of fused multiply-adds waits about four cycles for itself and two may start in a cycle:
// twelve chains keep both units busy and still fit the sixteen registers of AVX2.
constexpr int kChains = 12;
// x = x / 2 + 1 stays near 2: no denormal, infinity or NaN slows the loop.
constexpr float kFactor = 0.5F;
constexpr float kTerm = 1.0F;
// Short ones: on a busy machine few are left undisturbed.
constexpr int kBursts = 100;
constexpr std::chrono::milliseconds kBurst{2};

/// Runs `rounds` times one operation on each chain, and returns a value that depends on all of them.
using Loop = float (*)(long rounds);

struct Kernel {
  Loop loop;
  int lanes;
};

#if defined(__x86_64__)
__attribute__((target("avx512f"))) float avx512_loop(long rounds) {
  const __m512 factor = _mm512_set1_ps(kFactor);
  const __m512 term = _mm512_set1_ps(kTerm);
  __m512 chains[kChains];
  for (int i = 0; i < kChains; ++i) chains[i] = _mm512_set1_ps(static_cast<float>(i));
  for (long round = 0; round < rounds; ++round)
    for (__m512& x : chains) x = _mm512_fmadd_ps(x, factor, term);
  __m512 sum = chains[0];
  for (int i = 1; i < kChains; ++i) sum = _mm512_add_ps(sum, chains[i]);
  return _mm512_cvtss_f32(sum);
}

__attribute__((target("avx2,fma"))) float avx2_loop(long rounds) {
  const __m256 factor = _mm256_set1_ps(kFactor);
  const __m256 term = _mm256_set1_ps(kTerm);
  __m256 chains[kChains];
  for (int i = 0; i < kChains; ++i) chains[i] = _mm256_set1_ps(static_cast<float>(i));
  for (long round = 0; round < rounds; ++round)
    for (__m256& x : chains) x = _mm256_fmadd_ps(x, factor, term);
  __m256 sum = chains[0];
  for (int i = 1; i < kChains; ++i) sum = _mm256_add_ps(sum, chains[i]);
  return _mm256_cvtss_f32(sum);
}
#elif defined(__aarch64__)
float neon_loop(long rounds) {
  const float32x4_t factor = vdupq_n_f32(kFactor);
  const float32x4_t term = vdupq_n_f32(kTerm);
  float32x4_t chains[kChains];
  for (int i = 0; i < kChains; ++i) chains[i] = vdupq_n_f32(static_cast<float>(i));
  for (long round = 0; round < rounds; ++round)
    for (float32x4_t& x : chains) x = vfmaq_f32(term, x, factor);
  float32x4_t sum = chains[0];
  for (int i = 1; i < kChains; ++i) sum = vaddq_f32(sum, chains[i]);
  return vgetq_lane_f32(sum, 0);
}
#endif

float scalar_loop(long rounds) {
  float chains[kChains];
  for (int i = 0; i < kChains; ++i) chains[i] = static_cast<float>(i);
  for (long round = 0; round < rounds; ++round)
    for (float& x : chains) x = std::fma(x, kFactor, kTerm);
  float sum = 0;
  for (const float x : chains) sum += x;
  return sum;
}

Kernel kernel_for(runtime::Isa isa) {
  switch (isa) {
#if defined(__x86_64__)
    case runtime::Isa::kAvx512:
      return {avx512_loop, 16};
    case runtime::Isa::kAvx2:
      return {avx2_loop, 8};
#elif defined(__aarch64__)
    case runtime::Isa::kNeon:
      return {neon_loop, 4};
#endif
    default:
      return {scalar_loop, 1};
  }
}

using Clock = std::chrono::steady_clock;

double seconds_between(Clock::time_point begin, Clock::time_point end) {
  return std::chrono::duration<double>(end - begin).count();
}

// Makes the compiler believe that a result is needed.
void keep(float value) {
  asm volatile("" : : "m"(value));
}

// How many rounds last about one burst on one thread.
long rounds_of_a_burst(Loop loop) {
  const double wanted = std::chrono::duration<double>(kBurst).count();
  for (long rounds = 1024;; rounds *= 2) {
    const auto begin = Clock::now();
    keep(loop(rounds));
    const double took = seconds_between(begin, Clock::now());
    if (took > wanted / 4) return static_cast<long>(static_cast<double>(rounds) * wanted / took);
  }
}

}  // namespace

double fma_peak_gflops(int threads) {
  const Kernel kernel = kernel_for(runtime::active_isa());
  const long rounds = rounds_of_a_burst(kernel.loop);
  std::vector<float> sums(static_cast<std::size_t>(threads));
  // From the first start to the last end, for each burst; the best burst counts: others were disturbed.
  double shortest = INFINITY;
  Clock::time_point begin;
  bool started = false;
  std::barrier start(threads, [&]() noexcept {
    const auto now = Clock::now();
    if (started) shortest = std::min(shortest, seconds_between(begin, now));
    started = true;
    begin = Clock::now();
  });
  const auto work = [&](std::size_t index) {
    for (int burst = 0; burst <= kBursts; ++burst) {
      start.arrive_and_wait();
      if (burst < kBursts) sums[index] += kernel.loop(rounds);
    }
  };
  {
    std::vector<std::jthread> others;
    for (int i = 1; i < threads; ++i) others.emplace_back(work, static_cast<std::size_t>(i));
    work(0);
  }
  for (const float value : sums) keep(value);
  const double operations = 2.0 * kChains * kernel.lanes * static_cast<double>(rounds) * threads;
  return operations / shortest / 1e9;
}

}  // namespace regulus::bench
