// SPDX-License-Identifier: Apache-2.0
#include "regulus/kernels/formulas/weights.h"
#include "regulus/kernels/simd/families.h"
#include "regulus/kernels/simd/lanes.h"

namespace regulus::kernels::REGULUS_KERNELS_ISA {
namespace {

void penalty_sums(const float* w, std::int64_t n, float out[2]) {
  Lanes sum(0), square(0);
  for (std::int64_t i = 0; i < n; i += kPanel) {
    const Lanes x = Lanes::load(w + i);
    sum = sum + abs(x);
    square = fma(x, x, square);
  }
  out[0] = fold<Sum>(sum);
  out[1] = fold<Sum>(square);
}

void penalty_gradient(const float* w, float* g, std::int64_t n, float l1, float two_l2) {
  const Lanes l1s = Lanes::all(l1);
  const Lanes two_l2s = Lanes::all(two_l2);
  for (std::int64_t i = 0; i < n; i += kPanel)
    penalized(Lanes::load(w + i), Lanes::load(g + i), l1s, two_l2s).store(g + i);
}

void clip(float* g, std::int64_t n, float scale, float limit) {
  const Lanes s = Lanes::all(scale);
  const Lanes high = Lanes::all(limit);
  for (std::int64_t i = 0; i < n; i += kPanel) clamp(Lanes::load(g + i) * s, -high, high).store(g + i);
}

void decay(float* w, std::int64_t n, float rate) {
  const Lanes minus_rate = Lanes::all(-rate);
  for (std::int64_t i = 0; i < n; i += kPanel) {
    const Lanes x = Lanes::load(w + i);
    fma(minus_rate, x, x).store(w + i);
  }
}

}  // namespace

void add_penalties(Table<float>& table) {
  table.penalty_sums = penalty_sums;
  table.penalty_gradient = penalty_gradient;
  table.clip = clip;
  table.decay = decay;
}

}  // namespace regulus::kernels::REGULUS_KERNELS_ISA
