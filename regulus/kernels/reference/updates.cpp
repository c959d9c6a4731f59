// SPDX-License-Identifier: Apache-2.0
#include "regulus/kernels/formulas/updates.h"

#include <utility>

#include "regulus/kernels/reference/families.h"
#include "regulus/kernels/reference/scalar.h"

namespace regulus::kernels::reference {
namespace {

template <class T, UpdateRule rule>
void update(T* w, [[maybe_unused]] T* const* slots, const T* g, std::int64_t n, const T* c) {
  using V = Scalar<T>;
  using Rule = Update<rule>;
  V coefficients[Rule::kCoefficients];
  for (int i = 0; i < Rule::kCoefficients; ++i) coefficients[i] = V(c[i]);
  for (std::int64_t i = 0; i < n; ++i) {
    V weight(w[i]);
    V state[kMaxSlots];
    for (int s = 0; s < Rule::kSlots; ++s) state[s] = V(slots[s][i]);
    Rule::apply(weight, state, V(g[i]), coefficients);
    for (int s = 0; s < Rule::kSlots; ++s) slots[s][i] = state[s].v;
    w[i] = weight.v;
  }
}

template <class T, int... rules>
void add_each(Table<T>& table, std::integer_sequence<int, rules...>) {
  ((table.update[rules] = update<T, static_cast<UpdateRule>(rules)>), ...);
}

}  // namespace

template <class T>
void add_updates(Table<T>& table) {
  add_each(table, std::make_integer_sequence<int, kNumUpdateRules>());
}
template void add_updates<float>(Table<float>& table);
template void add_updates<double>(Table<double>& table);

}  // namespace regulus::kernels::reference
