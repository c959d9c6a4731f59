// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/kernels/formulas/math.h"
#include "regulus/kernels/table.h"

namespace regulus::kernels {

/// Keras's epsilon: what a norm is kept away from zero by, and where probabilities are clipped.
inline constexpr double kEpsilon = 1e-7;

template <class V>
REGULUS_INLINE V sign(V x) {
  return select(x > V(0), V(1), select(x < V(0), V(-1), V(0)));
}

template <class V>
REGULUS_INLINE V clamp(V x, V low, V high) {
  return select(x < low, low, select(x > high, high, x));
}

template <class V>
REGULUS_INLINE V penalized(V w, V g, V l1, V two_l2) {
  return fma(two_l2, w, g) + l1 * sign(w);
}

/// The bounds of a norm constraint as values of V.
template <class V>
struct NormBounds {
  V min_value, max_value, rate;
};

/// A weight of a unit whose norm is `norm`, after the constraint.
template <ConstraintKind kind, class V>
REGULUS_INLINE V constrained(V w, V norm, const NormBounds<V>& b) {
  if constexpr (kind == ConstraintKind::kMaxNorm) {
    return w * (select(norm > b.max_value, b.max_value, norm) / (norm + V(kEpsilon)));
  } else if constexpr (kind == ConstraintKind::kMinMaxNorm) {
    const V wanted = fma(b.rate, clamp(norm, b.min_value, b.max_value), (V(1) - b.rate) * norm);
    return w * (wanted / (norm + V(kEpsilon)));
  } else {
    static_assert(kind == ConstraintKind::kUnitNorm);
    return w / (norm + V(kEpsilon));
  }
}

}  // namespace regulus::kernels
