// SPDX-License-Identifier: Apache-2.0
#include "regulus/kernels/formulas/updates.h"

#include <utility>

#include "regulus/kernels/simd/families.h"
#include "regulus/kernels/simd/lanes.h"

namespace regulus::kernels::REGULUS_KERNELS_ISA {
namespace {

template <UpdateRule rule>
void update(float* w, [[maybe_unused]] float* const* slots, const float* g, std::int64_t n, const float* c) {
  using Rule = Update<rule>;
  Lanes coefficients[Rule::kCoefficients];
  REGULUS_UNROLL
  for (int i = 0; i < Rule::kCoefficients; ++i) coefficients[i] = Lanes::all(c[i]);
  for (std::int64_t i = 0; i < n; i += kPanel) {
    Lanes weight = Lanes::load(w + i);
    Lanes state[kMaxSlots];
    REGULUS_UNROLL
    for (int s = 0; s < Rule::kSlots; ++s) state[s] = Lanes::load(slots[s] + i);
    Rule::apply(weight, state, Lanes::load(g + i), coefficients);
    REGULUS_UNROLL
    for (int s = 0; s < Rule::kSlots; ++s) state[s].store(slots[s] + i);
    weight.store(w + i);
  }
}

template <int... rules>
void add_each(Table<float>& table, std::integer_sequence<int, rules...>) {
  ((table.update[rules] = update<static_cast<UpdateRule>(rules)>), ...);
}

}  // namespace

void add_updates(Table<float>& table) {
  add_each(table, std::make_integer_sequence<int, kNumUpdateRules>());
}

}  // namespace regulus::kernels::REGULUS_KERNELS_ISA
