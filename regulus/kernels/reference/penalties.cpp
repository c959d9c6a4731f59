// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "regulus/kernels/formulas/weights.h"
#include "regulus/kernels/reference/families.h"
#include "regulus/kernels/reference/row_sums.h"
#include "regulus/kernels/reference/scalar.h"

namespace regulus::kernels::reference {
namespace {

template <class T>
void penalty_sums(const T* w, std::int64_t n, T out[2]) {
  out[0] = row_sum<T>(n, [w](T s, std::int64_t i) { return s + std::fabs(w[i]); });
  out[1] = row_sum<T>(n, [w](T s, std::int64_t i) { return std::fma(w[i], w[i], s); });
}

template <class T>
void penalty_gradient(const T* w, T* g, std::int64_t n, T l1, T two_l2) {
  using V = Scalar<T>;
  for (std::int64_t i = 0; i < n; ++i) g[i] = penalized(V(w[i]), V(g[i]), V(l1), V(two_l2)).v;
}

template <class T>
void clip(T* g, std::int64_t n, T scale, T limit) {
  using V = Scalar<T>;
  for (std::int64_t i = 0; i < n; ++i) g[i] = clamp(V(g[i] * scale), V(-limit), V(limit)).v;
}

template <class T>
void decay(T* w, std::int64_t n, T rate) {
  for (std::int64_t i = 0; i < n; ++i) w[i] = std::fma(-rate, w[i], w[i]);
}

}  // namespace

template <class T>
void add_penalties(Table<T>& table) {
  table.penalty_sums = penalty_sums<T>;
  table.penalty_gradient = penalty_gradient<T>;
  table.clip = clip<T>;
  table.decay = decay<T>;
}
template void add_penalties<float>(Table<float>& table);
template void add_penalties<double>(Table<double>& table);

}  // namespace regulus::kernels::reference
