// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/kernels/formulas/math.h"
#include "regulus/kernels/table.h"

// One weight's change under each rule: the formulas of Keras 3 with one fixed order of operations.
// c and the slots are those that UpdateRule lists. `a - b / c` is two rounded operations, a division
// and a subtraction, as everywhere; square root and division are those of IEEE 754.

namespace regulus::kernels {

/// Zero if x is subnormal. Where a gradient is zero for good, as behind a dead relu, a moving average
/// decays until it is subnormal and stays so: processors multiply such numbers ten times slower than
/// others. TensorFlow flushes them too.
template <class V>
REGULUS_INLINE V flushed(V x) {
  return select(abs(x) < V(0x1p-126), V(0), x);
}

template <UpdateRule rule>
struct Update;

template <>
struct Update<UpdateRule::kSgd> {
  static constexpr int kSlots = 0;
  static constexpr int kCoefficients = 1;
  template <class V>
  static REGULUS_INLINE void apply(V& w, V*, V g, const V* c) {
    w = fma(-c[0], g, w);
  }
};

template <>
struct Update<UpdateRule::kMomentum> {
  static constexpr int kSlots = 1;
  static constexpr int kCoefficients = 2;
  template <class V>
  static REGULUS_INLINE void apply(V& w, V* slots, V g, const V* c) {
    V& m = slots[0];
    m = flushed(fma(c[1], m, -(c[0] * g)));
    w = w + m;
  }
};

template <>
struct Update<UpdateRule::kNesterov> {
  static constexpr int kSlots = 1;
  static constexpr int kCoefficients = 2;
  template <class V>
  static REGULUS_INLINE void apply(V& w, V* slots, V g, const V* c) {
    V& m = slots[0];
    const V step = -(c[0] * g);
    m = flushed(fma(c[1], m, step));
    w = w + fma(c[1], m, step);
  }
};

/// The two moving averages that Adam and Nadam share: m += (1-b1) (g - m), v += (1-b2) (g^2 - v).
template <class V>
REGULUS_INLINE void update_moments(V& m, V& v, V g, const V* c) {
  m = flushed(fma(c[1], g - m, m));
  v = flushed(fma(c[2], fma(g, g, -v), v));
}

template <>
struct Update<UpdateRule::kAdam> {
  static constexpr int kSlots = 2;
  static constexpr int kCoefficients = 4;
  template <class V>
  static REGULUS_INLINE void apply(V& w, V* slots, V g, const V* c) {
    update_moments(slots[0], slots[1], g, c);
    w = w - (c[0] * slots[0]) / (sqrt(slots[1]) + c[3]);
  }
};

template <>
struct Update<UpdateRule::kAdamAmsgrad> {
  static constexpr int kSlots = 3;
  static constexpr int kCoefficients = 4;
  template <class V>
  static REGULUS_INLINE void apply(V& w, V* slots, V g, const V* c) {
    update_moments(slots[0], slots[1], g, c);
    slots[2] = select(slots[1] > slots[2], slots[1], slots[2]);
    w = w - (c[0] * slots[0]) / (sqrt(slots[2]) + c[3]);
  }
};

template <>
struct Update<UpdateRule::kNadam> {
  static constexpr int kSlots = 2;
  static constexpr int kCoefficients = 7;
  template <class V>
  static REGULUS_INLINE void apply(V& w, V* slots, V g, const V* c) {
    update_moments(slots[0], slots[1], g, c);
    const V m_hat = fma(c[4], slots[0], c[5] * g);
    const V v_hat = slots[1] * c[6];
    w = w - (c[0] * m_hat) / (sqrt(v_hat) + c[3]);
  }
};

template <>
struct Update<UpdateRule::kRmsprop> {
  static constexpr int kSlots = 1;
  static constexpr int kCoefficients = 4;
  template <class V>
  static REGULUS_INLINE V increment(V& v, V g, const V* c) {
    v = flushed(fma(c[1], v, c[2] * (g * g)));
    return (c[0] * g) / sqrt(v + c[3]);
  }
  template <class V>
  static REGULUS_INLINE void apply(V& w, V* slots, V g, const V* c) {
    w = w - increment(slots[0], g, c);
  }
};

template <>
struct Update<UpdateRule::kRmspropMomentum> {
  static constexpr int kSlots = 2;
  static constexpr int kCoefficients = 5;
  template <class V>
  static REGULUS_INLINE void apply(V& w, V* slots, V g, const V* c) {
    slots[1] = flushed(fma(c[4], slots[1], Update<UpdateRule::kRmsprop>::increment(slots[0], g, c)));
    w = w - slots[1];
  }
};

template <>
struct Update<UpdateRule::kRmspropCentered> {
  static constexpr int kSlots = 2;
  static constexpr int kCoefficients = 4;
  template <class V>
  static REGULUS_INLINE V increment(V* slots, V g, const V* c) {
    V& v = slots[0];
    V& mean = slots[1];
    v = flushed(fma(c[1], v, c[2] * (g * g)));
    mean = flushed(fma(c[1], mean, c[2] * g));
    return (c[0] * g) / sqrt(fma(-mean, mean, v) + c[3]);
  }
  template <class V>
  static REGULUS_INLINE void apply(V& w, V* slots, V g, const V* c) {
    w = w - increment(slots, g, c);
  }
};

template <>
struct Update<UpdateRule::kRmspropCenteredMomentum> {
  static constexpr int kSlots = 3;
  static constexpr int kCoefficients = 5;
  template <class V>
  static REGULUS_INLINE void apply(V& w, V* slots, V g, const V* c) {
    slots[2] = flushed(fma(c[4], slots[2], Update<UpdateRule::kRmspropCentered>::increment(slots, g, c)));
    w = w - slots[2];
  }
};

}  // namespace regulus::kernels
