// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "regulus/kernels/formulas/weights.h"
#include "regulus/kernels/reference/families.h"
#include "regulus/kernels/reference/scalar.h"

namespace regulus::kernels::reference {
namespace {

template <class T, ConstraintKind kind>
void constrain_norms(T* w, std::int64_t inputs, const ConstraintArgs<T>& args) {
  using V = Scalar<T>;
  const NormBounds<V> bounds{V(args.min_value), V(args.max_value), V(args.rate)};
  for (std::int64_t lane = 0; lane < kPanel; ++lane) {
    T sum = 0;
    for (std::int64_t k = 0; k < inputs; ++k) sum = std::fma(w[k * kPanel + lane], w[k * kPanel + lane], sum);
    const V norm(std::sqrt(sum));
    for (std::int64_t k = 0; k < inputs; ++k) {
      T& weight = w[k * kPanel + lane];
      weight = constrained<kind>(V(weight), norm, bounds).v;
    }
  }
}

template <class T>
void constrain_panel(T* w, std::int64_t inputs, ConstraintArgs<T> args) {
  switch (args.kind) {
    case ConstraintKind::kNone:
      return;
    case ConstraintKind::kMaxNorm:
      return constrain_norms<T, ConstraintKind::kMaxNorm>(w, inputs, args);
    case ConstraintKind::kMinMaxNorm:
      return constrain_norms<T, ConstraintKind::kMinMaxNorm>(w, inputs, args);
    case ConstraintKind::kUnitNorm:
      return constrain_norms<T, ConstraintKind::kUnitNorm>(w, inputs, args);
    case ConstraintKind::kNonNeg:
      for (std::int64_t i = 0; i < inputs * kPanel; ++i)
        if (w[i] <= 0) w[i] = 0;
      return;
  }
}

}  // namespace

template <class T>
void add_constraints(Table<T>& table) {
  table.constrain_panel = constrain_panel<T>;
}
template void add_constraints<float>(Table<float>& table);
template void add_constraints<double>(Table<double>& table);

}  // namespace regulus::kernels::reference
