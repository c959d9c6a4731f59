// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

#include "regulus/kernels/formulas/math.h"

namespace regulus::kernels {

/// One number in the clothes that formulas/ expects; Lanes is its counterpart in simd/.
template <class T>
struct Scalar {
  T v = 0;

  constexpr Scalar() = default;
  constexpr Scalar(double x) : v(static_cast<T>(x)) {}

  friend Scalar operator+(Scalar a, Scalar b) { return of(a.v + b.v); }
  friend Scalar operator-(Scalar a, Scalar b) { return of(a.v - b.v); }
  friend Scalar operator*(Scalar a, Scalar b) { return of(a.v * b.v); }
  friend Scalar operator/(Scalar a, Scalar b) { return of(a.v / b.v); }
  friend Scalar operator-(Scalar a) { return of(-a.v); }
  friend bool operator<(Scalar a, Scalar b) { return a.v < b.v; }
  friend bool operator<=(Scalar a, Scalar b) { return a.v <= b.v; }
  friend bool operator>(Scalar a, Scalar b) { return a.v > b.v; }
  friend bool operator>=(Scalar a, Scalar b) { return a.v >= b.v; }
  friend bool operator==(Scalar a, Scalar b) { return a.v == b.v; }

  friend Scalar select(bool mask, Scalar a, Scalar b) { return mask ? a : b; }
  friend Scalar fma(Scalar a, Scalar b, Scalar c) { return of(std::fma(a.v, b.v, c.v)); }
  friend Scalar sqrt(Scalar a) { return of(std::sqrt(a.v)); }
  friend Scalar abs(Scalar a) { return of(std::fabs(a.v)); }
  friend Scalar copysign(Scalar a, Scalar sign) { return of(std::copysign(a.v, sign.v)); }

 private:
  static Scalar of(T x) {
    Scalar s;
    s.v = x;
    return s;
  }
};

/// 2^n for a whole n in [-126, 127].
inline Scalar<float> pow2(Scalar<float> n) {
  const auto exponent = static_cast<std::uint32_t>(static_cast<std::int32_t>(n.v) + 127);
  return std::bit_cast<float>(exponent << 23);
}

/// For a positive normal x = m 2^e with sqrt(1/2) <= m < sqrt(2): m; and e. Any value for another x.
inline Scalar<float> split_exponent(Scalar<float> x, Scalar<float>& e) {
  constexpr std::uint32_t kSqrtHalf = 0x3f3504f3;
  const auto bits = std::bit_cast<std::uint32_t>(x.v);
  const std::int32_t exponent = static_cast<std::int32_t>(bits - kSqrtHalf) >> 23;
  e = exponent;
  return std::bit_cast<float>(bits - (static_cast<std::uint32_t>(exponent) << 23));
}

// Double exists for gradient checks, where the functions of the C library are the better judge.
inline Scalar<double> exp(Scalar<double> x) {
  return std::exp(x.v);
}
inline Scalar<double> expm1(Scalar<double> x) {
  return std::expm1(x.v);
}
inline Scalar<double> log(Scalar<double> x) {
  return std::log(x.v);
}
inline Scalar<double> log1p_unit(Scalar<double> x) {
  return std::log1p(x.v);
}
inline Scalar<double> tanh(Scalar<double> x) {
  return std::tanh(x.v);
}
inline Scalar<double> tanh_shrink(Scalar<double> x) {
  return x.v - std::tanh(x.v);
}
inline Scalar<double> normal_cdf(Scalar<double> x, Scalar<double>& density) {
  density = 0.39894228040143267794 * std::exp(-0.5 * x.v * x.v);
  return 0.5 * std::erfc(-0.70710678118654752440 * x.v);
}

}  // namespace regulus::kernels
