// SPDX-License-Identifier: Apache-2.0
#include "regulus/kernels/simd/lanes.h"
#include "regulus/kernels/simd/tables.h"

namespace regulus::kernels::REGULUS_KERNELS_ISA {
namespace {

float fma_chains(std::int64_t rounds) {
  const Vec factor = hn::Set(kFloats, FmaLoop::kFactor);
  const Vec term = hn::Set(kFloats, FmaLoop::kTerm);
  Vec x[FmaLoop::kChains];
  REGULUS_UNROLL
  for (int i = 0; i < FmaLoop::kChains; ++i) x[i] = hn::Set(kFloats, static_cast<float>(i));
  for (std::int64_t round = 0; round < rounds; ++round) {
    REGULUS_UNROLL
    for (int i = 0; i < FmaLoop::kChains; ++i) x[i] = hn::MulAdd(x[i], factor, term);
  }
  Vec sum = x[0];
  REGULUS_UNROLL
  for (int i = 1; i < FmaLoop::kChains; ++i) sum = hn::Add(sum, x[i]);
  return hn::GetLane(sum);
}

}  // namespace

FmaLoop fma_loop() {
  return {fma_chains, kWidth};
}

}  // namespace regulus::kernels::REGULUS_KERNELS_ISA
