// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/kernels/activation.h"
#include "regulus/kernels/formulas/math.h"

namespace regulus::kernels {

/// y = value(z, alpha) and dz = dy * derivative(saved, alpha), saved as derivative_uses_output says.
template <Activation kind>
struct Formula;

template <>
struct Formula<Activation::kLinear> {
  template <class V>
  static REGULUS_INLINE V value(V z, V) {
    return z;
  }
  template <class V>
  static REGULUS_INLINE V derivative(V, V) {
    return V(1);
  }
};

template <>
struct Formula<Activation::kRelu> {
  template <class V>
  static REGULUS_INLINE V value(V z, V) {
    return select(z <= V(0), V(0), z);
  }
  template <class V>
  static REGULUS_INLINE V derivative(V y, V) {
    return select(y > V(0), V(1), V(0));
  }
};

template <>
struct Formula<Activation::kRelu6> {
  template <class V>
  static REGULUS_INLINE V value(V z, V) {
    return select(z <= V(0), V(0), select(z > V(6), V(6), z));
  }
  template <class V>
  static REGULUS_INLINE V derivative(V y, V) {
    return select(y > V(0), select(y < V(6), V(1), V(0)), V(0));
  }
};

template <>
struct Formula<Activation::kLeakyRelu> {
  template <class V>
  static REGULUS_INLINE V value(V z, V alpha) {
    return select(z > V(0), z, alpha * z);
  }
  template <class V>
  static REGULUS_INLINE V derivative(V y, V alpha) {
    return select(y > V(0), V(1), alpha);
  }
};

template <>
struct Formula<Activation::kElu> {
  template <class V>
  static REGULUS_INLINE V value(V z, V alpha) {
    return select(z > V(0), z, alpha * expm1(z));
  }
  template <class V>
  static REGULUS_INLINE V derivative(V y, V alpha) {
    return select(y > V(0), V(1), y + alpha);
  }
};

template <>
struct Formula<Activation::kCelu> {
  template <class V>
  static REGULUS_INLINE V value(V z, V alpha) {
    return select(z > V(0), z, alpha * expm1(z / alpha));
  }
  template <class V>
  static REGULUS_INLINE V derivative(V y, V alpha) {
    return select(y > V(0), V(1), y / alpha + V(1));
  }
};

template <>
struct Formula<Activation::kSelu> {
  template <class V>
  static REGULUS_INLINE V value(V z, V) {
    return select(z > V(0), V(kSeluScale) * z, V(kSeluScale * kSeluAlpha) * expm1(z));
  }
  template <class V>
  static REGULUS_INLINE V derivative(V y, V) {
    // At 0 Keras takes the slope of the right side.
    return select(y >= V(0), V(kSeluScale), y + V(kSeluScale * kSeluAlpha));
  }
};

template <>
struct Formula<Activation::kGelu> {
  template <class V>
  static REGULUS_INLINE V value(V z, V) {
    V density;
    return z * normal_cdf(z, density);
  }
  template <class V>
  static REGULUS_INLINE V derivative(V z, V) {
    V density;
    const V cdf = normal_cdf(z, density);
    return fma(z, density, cdf);
  }
};

template <>
struct Formula<Activation::kSilu> {
  template <class V>
  static REGULUS_INLINE V value(V z, V) {
    return z * sigmoid(z);
  }
  template <class V>
  static REGULUS_INLINE V derivative(V z, V) {
    const V s = sigmoid(z);
    return s * fma(z, V(1) - s, V(1));
  }
};

template <>
struct Formula<Activation::kSigmoid> {
  template <class V>
  static REGULUS_INLINE V value(V z, V) {
    return sigmoid(z);
  }
  template <class V>
  static REGULUS_INLINE V derivative(V y, V) {
    return y * (V(1) - y);
  }
};

template <>
struct Formula<Activation::kHardSigmoid> {
  template <class V>
  static REGULUS_INLINE V value(V z, V alpha) {
    return Formula<Activation::kRelu6>::value(z + V(3), alpha) / V(6);
  }
  template <class V>
  static REGULUS_INLINE V derivative(V y, V) {
    return select(y > V(0), select(y < V(1), V(1) / V(6), V(0)), V(0));
  }
};

template <>
struct Formula<Activation::kHardSilu> {
  template <class V>
  static REGULUS_INLINE V value(V z, V alpha) {
    return z * Formula<Activation::kHardSigmoid>::value(z, alpha);
  }
  template <class V>
  static REGULUS_INLINE V derivative(V z, V alpha) {
    const V y = Formula<Activation::kHardSigmoid>::value(z, alpha);
    return fma(z, Formula<Activation::kHardSigmoid>::derivative(y, alpha), y);
  }
};

template <>
struct Formula<Activation::kTanh> {
  template <class V>
  static REGULUS_INLINE V value(V z, V) {
    return tanh(z);
  }
  template <class V>
  static REGULUS_INLINE V derivative(V y, V) {
    return fma(-y, y, V(1));
  }
};

template <>
struct Formula<Activation::kSoftplus> {
  template <class V>
  static REGULUS_INLINE V value(V z, V) {
    return softplus(z);
  }
  template <class V>
  static REGULUS_INLINE V derivative(V y, V) {
    return -expm1(-y);  // sigmoid(z), since e^-y = 1 - sigmoid(z)
  }
};

template <>
struct Formula<Activation::kSoftsign> {
  template <class V>
  static REGULUS_INLINE V value(V z, V) {
    return z / (abs(z) + V(1));
  }
  template <class V>
  static REGULUS_INLINE V derivative(V z, V) {
    const V d = abs(z) + V(1);
    return V(1) / (d * d);
  }
};

template <>
struct Formula<Activation::kExponential> {
  template <class V>
  static REGULUS_INLINE V value(V z, V) {
    return exp(z);
  }
  template <class V>
  static REGULUS_INLINE V derivative(V y, V) {
    return y;
  }
};

/// tanh(softplus(z)) = n / (n + 2) with e = e^z, n = e (e + 2); it is 1 in every bit from z = 20 on.
template <>
struct Formula<Activation::kMish> {
  template <class V>
  static REGULUS_INLINE V value(V z, V) {
    const V e = exp(select(z > V(20), V(20), z));
    const V n = e * (e + V(2));
    return z * (n / (n + V(2)));
  }
  template <class V>
  static REGULUS_INLINE V derivative(V z, V) {
    const V e = exp(select(z > V(20), V(20), z));
    const V n = e * (e + V(2));
    const V d = n + V(2);
    const V slope = (V(4) * e) * (e + V(1)) / (d * d);
    return select(z > V(20), V(1), fma(z, slope, n / d));
  }
};

template <>
struct Formula<Activation::kHardTanh> {
  template <class V>
  static REGULUS_INLINE V value(V z, V) {
    return select(z > V(1), V(1), select(z < V(-1), V(-1), z));
  }
  /// 1 at both edges, as in Keras.
  template <class V>
  static REGULUS_INLINE V derivative(V z, V) {
    return select(abs(z) > V(1), V(0), V(1));
  }
};

template <>
struct Formula<Activation::kHardShrink> {
  template <class V>
  static REGULUS_INLINE V value(V z, V alpha) {
    return select(abs(z) <= alpha, V(0), z);
  }
  template <class V>
  static REGULUS_INLINE V derivative(V y, V alpha) {
    return select(abs(y) > alpha, V(1), V(0));
  }
};

template <>
struct Formula<Activation::kSoftShrink> {
  template <class V>
  static REGULUS_INLINE V value(V z, V alpha) {
    return select(abs(z) <= alpha, V(0), select(z > V(0), z - alpha, z + alpha));
  }
  template <class V>
  static REGULUS_INLINE V derivative(V y, V) {
    return select(y == V(0), V(0), V(1));
  }
};

template <>
struct Formula<Activation::kTanhShrink> {
  template <class V>
  static REGULUS_INLINE V value(V z, V) {
    return tanh_shrink(z);
  }
  template <class V>
  static REGULUS_INLINE V derivative(V z, V) {
    const V t = tanh(z);
    return t * t;
  }
};

/// For x < 0 the sum cancels: its product with its conjugate is alpha / 2 there.
template <>
struct Formula<Activation::kSquareplus> {
  template <class V>
  static REGULUS_INLINE V root(V z, V alpha) {
    return select(abs(z) < V(0x1p60), sqrt(fma(z, z, alpha)), abs(z));
  }
  template <class V>
  static REGULUS_INLINE V value(V z, V alpha) {
    const V r = root(z, alpha);
    return select(z < V(0), V(0.5) * alpha / (r - z), V(0.5) * z + V(0.5) * r);
  }
  template <class V>
  static REGULUS_INLINE V derivative(V z, V alpha) {
    // value / root, written so that an infinite z has slope 1 or 0.
    const V r = root(z, alpha);
    return select(z < V(0), V(0.5) * alpha / (r - z) / r,
                  V(0.5) + V(0.5) * select(r < V(0x1p60), z / r, V(1)));
  }
};

template <>
struct Formula<Activation::kLogSigmoid> {
  template <class V>
  static REGULUS_INLINE V value(V z, V) {
    return -softplus(-z);
  }
  template <class V>
  static REGULUS_INLINE V derivative(V y, V) {
    return -expm1(y);  // 1 - sigmoid(z), since e^y = sigmoid(z)
  }
};

template <>
struct Formula<Activation::kSparseSigmoid> {
  template <class V>
  static REGULUS_INLINE V value(V z, V) {
    return select(z <= V(-1), V(0), select(z >= V(1), V(1), V(0.5) * (z + V(1))));
  }
  template <class V>
  static REGULUS_INLINE V derivative(V z, V) {
    return select(z > V(-1), select(z < V(1), V(0.5), V(0)), V(0));
  }
};

template <>
struct Formula<Activation::kSparsePlus> {
  template <class V>
  static REGULUS_INLINE V value(V z, V) {
    const V half = V(0.5) * (z + V(1));
    return select(z <= V(-1), V(0), select(z < V(1), half * half, z));
  }
  template <class V>
  static REGULUS_INLINE V derivative(V z, V alpha) {
    return Formula<Activation::kSparseSigmoid>::value(z, alpha);
  }
};

}  // namespace regulus::kernels
