// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/kernels/formulas/math.h"
#include "regulus/kernels/formulas/weights.h"

// One element of each loss and of its gradient, as Keras 3 computes them on TensorFlow. t is the
// target after label smoothing; gradients are not yet scaled by the row.

namespace regulus::kernels {

/// (p - t) scale, the gradient of a logit whose probability is p: zero below 2^-100. What a saturated
/// network gets wrong by less is nothing to any weight, but its products with weights would be
/// subnormal, and those make processors ten times slower.
template <class V>
REGULUS_INLINE V logit_gradient(V p, V t, V scale) {
  const V gradient = (p - t) * scale;
  return select(abs(gradient) < V(0x1p-100), V(0), gradient);
}

/// keep = 1 - label_smoothing; share = label_smoothing / K (over K classes) or / 2 (binary).
template <class V>
REGULUS_INLINE V smoothed(V y, V keep, V share) {
  return fma(y, keep, share);
}

/// t * cost. A class that is not wanted costs nothing, even one whose cost is infinite.
template <class V>
REGULUS_INLINE V weighed_cost(V t, V cost) {
  return select(t == V(0), V(0), t * cost);
}

/// A probability kept away from 0 and 1, so that its logarithm is finite.
template <class V>
REGULUS_INLINE V clipped(V p) {
  return clamp(p, V(kEpsilon), V(1 - kEpsilon));
}

/// d(loss)/dp from d(loss)/d(clipped(p)): nothing passes where the clip is at work.
template <class V>
REGULUS_INLINE V through_clip(V p, V gradient) {
  return select(p < V(kEpsilon), V(0), select(p > V(1 - kEpsilon), V(0), gradient));
}

/// -t log c - (1 - t) log(1 - c) for a clipped probability c.
template <class V>
REGULUS_INLINE V binary_loss(V c, V t) {
  return -fma(t, log(c), (V(1) - t) * log(V(1) - c));
}
template <class V>
REGULUS_INLINE V binary_gradient(V c, V t) {
  return (V(1) - t) / (V(1) - c) - t / c;
}

/// The same from a logit: max(z, 0) - z t + log(1 + e^-|z|). Its gradient is sigmoid(z) - t.
template <class V>
REGULUS_INLINE V binary_logit_loss(V z, V t) {
  return fma(-z, t, select(z > V(0), z, V(0))) + log1p_unit(exp(-abs(z)));
}

/// Softmax cross-entropy on the logarithms of clipped probabilities c, whose sum is `sum`:
/// the loss is sum t log(sum / c).
template <class V>
REGULUS_INLINE V renormalised_gradient(V c, V sum, V t) {
  return (c / sum - t) / c;
}

/// sum + d^2 or sum + |d| for an error d = prediction - target, and the derivative by d.
template <Loss loss, class V>
REGULUS_INLINE V error_sum(V sum, V d) {
  if constexpr (loss == Loss::kMeanSquaredError) return fma(d, d, sum);
  if constexpr (loss == Loss::kMeanAbsoluteError) return sum + abs(d);
}
template <Loss loss, class V>
REGULUS_INLINE V error_gradient(V d) {
  if constexpr (loss == Loss::kMeanSquaredError) return d + d;
  if constexpr (loss == Loss::kMeanAbsoluteError) return sign(d);
}

}  // namespace regulus::kernels
