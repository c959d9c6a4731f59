// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/kernels/polynomials.h"

// Formulas are written once over a value type V and used by both worlds: Scalar<T> (reference/) and
// Lanes (simd/), which is why both give the same bits. A V offers: V(double), + - * / and unary -,
// comparisons, select(mask, a, b) = mask ? a : b, fma, sqrt, abs, copysign, pow2 and split_exponent
// (see reference/scalar.h). For Scalar<double> these functions are overloaded by those of std.
//
// Comparisons put NaN on the side that lets it through. Nothing here may depend on the order of the
// operands of a minimum or on a fused operation that is not spelled out as fma.

#define REGULUS_INLINE inline __attribute__((always_inline))

namespace regulus::kernels {

template <class V, int N>
REGULUS_INLINE V polynomial(V x, const float (&c)[N]) {
  V y(c[0]);
#pragma GCC unroll 16
  for (int i = 1; i < N; ++i) y = fma(y, x, V(c[i]));
  return y;
}

/// The nearest integer, halves to even, for |x| < 2^22.
template <class V>
REGULUS_INLINE V nearest(V x) {
  const V shift = 0x1.8p23;
  return (x + shift) - shift;
}

/// x = n ln(2) + r with |r| <= ln(2)/2; expm1_r = exp(r) - 1. For -104 <= x <= 89.
template <class V>
REGULUS_INLINE void reduce_exp(V x, V& n, V& expm1_r) {
  n = nearest(x * V(kLog2E));
  const V r = fma(n, V(-kLn2Rest), fma(n, V(-kLn2Head), x));
  expm1_r = fma(r * r, polynomial(r, kExpTail), r);
}

/// e^x to 1 ulp, denormal results included.
template <class V>
REGULUS_INLINE V exp(V x) {
  const V upper = select(x < V(89), x, V(89));
  V n, expm1_r;
  reduce_exp(select(upper > V(-104), upper, V(-104)), n, expm1_r);
  // Two powers, because 2^n alone would leave the range of exponents at both ends.
  const V half = nearest(V(0.5) * n);
  const V y = (expm1_r + V(1)) * pow2(half) * pow2(n - half);
  return select(x == x, y, x);
}

/// e^x - 1 to 2 ulp, near zero too.
template <class V>
REGULUS_INLINE V expm1(V x) {
  const V upper = select(x < V(89), x, V(89));
  V n, expm1_r;
  reduce_exp(select(upper > V(-30), upper, V(-30)), n, expm1_r);
  const V s = pow2(n - V(1));  // half of 2^n, which itself may overflow
  const V half = fma(s, expm1_r, s - V(0.5));
  const V y = select(n == V(0), expm1_r, half + half);
  return select(abs(x) > V(0x1p-25), y, x);  // also -0, denormals and NaN
}

/// log(1 + f) + e ln(2) for sqrt(1/2) <= 1 + f <= sqrt(2).
template <class V>
REGULUS_INLINE V log_from_parts(V f, V e) {
  const V tail = fma(f, polynomial(f, kLogTail), V(-0.5));
  const V rest = fma(f * f, tail, e * V(kLn2Rest));
  return fma(e, V(kLn2Head), rest + f);
}

/// Natural logarithm to 2 ulp.
template <class V>
REGULUS_INLINE V log(V x) {
  const auto denormal = x < V(0x1p-126);
  V e;
  const V m = split_exponent(select(denormal, x * V(0x1p24), x), e);
  const V y = log_from_parts(m - V(1), e - select(denormal, V(24), V(0)));
  const V infinity = __builtin_inf();
  const V edge = select(x == V(0), -infinity, V(__builtin_nan("")));
  return select(x > V(0), select(x < infinity, y, x), edge);
}

/// log(1 + x) to 2 ulp for 0 <= x <= 1.
template <class V>
REGULUS_INLINE V log1p_unit(V x) {
  const V u = x + V(1);
  const V lost = x - (u - V(1));
  V e;
  const V m = split_exponent(u, e);
  return log_from_parts(fma(lost, pow2(-e), m - V(1)), e);
}

/// tanh to 2 ulp.
template <class V>
REGULUS_INLINE V tanh(V x) {
  const V a = abs(x);
  const V s = a * a;
  const V near = fma(a * s, polynomial(s, kTanhTail), a);
  const V far = V(1) - V(2) / (exp(a + a) + V(1));
  return copysign(select(a < V(0.625), near, far), x);
}

/// x - tanh(x), near zero too, where it is x^3 / 3.
template <class V>
REGULUS_INLINE V tanh_shrink(V x) {
  const V s = x * x;
  const V near = -(x * s) * polynomial(s, kTanhTail);
  return select(abs(x) < V(0.625), near, x - tanh(x));
}

/// 1 / (1 + e^-x) to 2.5 ulp.
template <class V>
REGULUS_INLINE V sigmoid(V x) {
  const V e = exp(-abs(x));
  return select(x < V(0), e, V(1)) / (e + V(1));
}

/// log(1 + e^x) to 2 ulp.
template <class V>
REGULUS_INLINE V softplus(V x) {
  return select(x > V(0), x, V(0)) + log1p_unit(exp(-abs(x)));
}

/// The standard normal distribution function to 7 ulp for x >= -13; also its density, to 3 ulp.
template <class V>
REGULUS_INLINE V normal_cdf(V x, V& density) {
  const V a = select(abs(x) > V(15), V(15), abs(x));
  const V square = a * a;
  const V lost = fma(a, a, -square);
  const V rounded = exp(V(-0.5) * square);
  const V e = fma(rounded, V(-0.5) * lost, rounded);
  const V tail = e * polynomial((a - V(4)) / (a + V(4)), kNormalTail);
  density = e * V(kInvSqrtTwoPi);
  return select(x < V(0), tail, V(1) - tail);
}

}  // namespace regulus::kernels
