// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hwy/highway.h>

#include "regulus/kernels/formulas/math.h"
#include "regulus/kernels/panel.h"

#define REGULUS_UNROLL _Pragma("GCC unroll 16")

namespace regulus::kernels::REGULUS_KERNELS_ISA {

namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, kPanel>;
using Ints = hn::RebindToSigned<Floats>;
using Vec = hn::Vec<Floats>;
inline constexpr Floats kFloats{};
/// Lanes of one vector, and vectors that make 16 lanes.
inline constexpr int kWidth = static_cast<int>(hn::MaxLanes(Floats{}));
inline constexpr int kVectors = static_cast<int>(kPanel) / kWidth;

/// Which of 16 lanes.
struct LaneMask {
  hn::Mask<Floats> m[kVectors];
};

/// Sixteen numbers side by side: the counterpart of Scalar<float>. Each operation is that of
/// IEEE 754 in each lane, so that a formula gives the bits that it gives to a Scalar<float>.
struct Lanes {
  Vec v[kVectors];

  Lanes() = default;
  REGULUS_INLINE Lanes(double x) {
    REGULUS_UNROLL
    for (int i = 0; i < kVectors; ++i) v[i] = hn::Set(kFloats, static_cast<float>(x));
  }

  static REGULUS_INLINE Lanes all(float x) {
    Lanes same;
    REGULUS_UNROLL
    for (int i = 0; i < kVectors; ++i) same.v[i] = hn::Set(kFloats, x);
    return same;
  }
  static REGULUS_INLINE Lanes load(const float* from) {
    Lanes x;
    REGULUS_UNROLL
    for (int i = 0; i < kVectors; ++i) x.v[i] = hn::LoadU(kFloats, from + i * kWidth);
    return x;
  }
  REGULUS_INLINE void store(float* to) const {
    REGULUS_UNROLL
    for (int i = 0; i < kVectors; ++i) hn::StoreU(v[i], kFloats, to + i * kWidth);
  }

  REGULUS_INLINE float first() const { return hn::GetLane(v[0]); }

#define REGULUS_LANES_OPERATOR(op)                                \
  friend REGULUS_INLINE Lanes operator op(Lanes a, Lanes b) {     \
    REGULUS_UNROLL                                                \
    for (int i = 0; i < kVectors; ++i) a.v[i] = a.v[i] op b.v[i]; \
    return a;                                                     \
  }
  REGULUS_LANES_OPERATOR(+)
  REGULUS_LANES_OPERATOR(-)
  REGULUS_LANES_OPERATOR(*)
  REGULUS_LANES_OPERATOR(/)
#undef REGULUS_LANES_OPERATOR

#define REGULUS_LANES_COMPARISON(op)                                 \
  friend REGULUS_INLINE LaneMask operator op(Lanes a, Lanes b) {     \
    LaneMask mask;                                                   \
    REGULUS_UNROLL                                                   \
    for (int i = 0; i < kVectors; ++i) mask.m[i] = a.v[i] op b.v[i]; \
    return mask;                                                     \
  }
  REGULUS_LANES_COMPARISON(<)
  REGULUS_LANES_COMPARISON(<=)
  REGULUS_LANES_COMPARISON(>)
  REGULUS_LANES_COMPARISON(>=)
  REGULUS_LANES_COMPARISON(==)
#undef REGULUS_LANES_COMPARISON

  friend REGULUS_INLINE Lanes operator-(Lanes a) {
    REGULUS_UNROLL
    for (int i = 0; i < kVectors; ++i) a.v[i] = hn::Neg(a.v[i]);
    return a;
  }
  friend REGULUS_INLINE Lanes select(LaneMask mask, Lanes a, Lanes b) {
    REGULUS_UNROLL
    for (int i = 0; i < kVectors; ++i) a.v[i] = hn::IfThenElse(mask.m[i], a.v[i], b.v[i]);
    return a;
  }
  friend REGULUS_INLINE Lanes fma(Lanes a, Lanes b, Lanes c) {
    REGULUS_UNROLL
    for (int i = 0; i < kVectors; ++i) a.v[i] = hn::MulAdd(a.v[i], b.v[i], c.v[i]);
    return a;
  }
  friend REGULUS_INLINE Lanes sqrt(Lanes a) {
    REGULUS_UNROLL
    for (int i = 0; i < kVectors; ++i) a.v[i] = hn::Sqrt(a.v[i]);
    return a;
  }
  friend REGULUS_INLINE Lanes abs(Lanes a) {
    REGULUS_UNROLL
    for (int i = 0; i < kVectors; ++i) a.v[i] = hn::Abs(a.v[i]);
    return a;
  }
  friend REGULUS_INLINE Lanes copysign(Lanes a, Lanes sign) {
    REGULUS_UNROLL
    for (int i = 0; i < kVectors; ++i) a.v[i] = hn::CopySign(a.v[i], sign.v[i]);
    return a;
  }

  /// 2^n for a whole n in [-126, 127]: the low bits of n + 1.5 * 2^23 are n, moved to the exponent.
  friend REGULUS_INLINE Lanes pow2(Lanes n) {
    n = n + Lanes(0x1.8p23 + 127);
    REGULUS_UNROLL
    for (int i = 0; i < kVectors; ++i)
      n.v[i] = hn::BitCast(kFloats, hn::ShiftLeft<23>(hn::BitCast(Ints(), n.v[i])));
    return n;
  }
  /// As of Scalar<float>.
  friend REGULUS_INLINE Lanes split_exponent(Lanes x, Lanes& e) {
    const auto sqrt_half = hn::Set(Ints(), 0x3f3504f3);
    REGULUS_UNROLL
    for (int i = 0; i < kVectors; ++i) {
      const auto bits = hn::BitCast(Ints(), x.v[i]);
      const auto exponent = hn::ShiftRight<23>(hn::Sub(bits, sqrt_half));
      e.v[i] = hn::ConvertTo(kFloats, exponent);
      x.v[i] = hn::BitCast(kFloats, hn::Sub(bits, hn::ShiftLeft<23>(exponent)));
    }
    return x;
  }
};

/// 0, 1, … 15.
REGULUS_INLINE Lanes lane_numbers() {
  Lanes x;
  REGULUS_UNROLL
  for (int i = 0; i < kVectors; ++i) x.v[i] = hn::Iota(kFloats, static_cast<float>(i * kWidth));
  return x;
}

/// Lanes 0 … count - 1; all of them from 16 on.
REGULUS_INLINE LaneMask first_lanes(std::int64_t count) {
  const auto live = static_cast<double>(count < kPanel ? count : kPanel);
  return lane_numbers() < Lanes(live);
}

/// The first `count` < 16 numbers, zeros behind them: for rows that memory may end with.
REGULUS_INLINE Lanes load_part(const float* from, std::int64_t count) {
  alignas(64) float part[kPanel] = {};
  for (std::int64_t i = 0; i < count; ++i) part[i] = from[i];
  return Lanes::load(part);
}

/// The same where `count` lanes may be 1 … 16 and speed matters. Memory behind them is not touched: where
/// no instruction promises that (NEON), number by number.
REGULUS_INLINE Lanes load_lanes(const float* from, std::int64_t count) {
  if constexpr (kWidth == 4) return count < kPanel ? load_part(from, count) : Lanes::load(from);
  const LaneMask live = first_lanes(count);
  Lanes x;
  REGULUS_UNROLL
  for (int i = 0; i < kVectors; ++i) x.v[i] = hn::MaskedLoad(live.m[i], kFloats, from + i * kWidth);
  return x;
}

/// Stores the first `count` lanes, 1 … 16, and nothing behind them.
REGULUS_INLINE void store_part(Lanes x, float* to, std::int64_t count) {
  if (count == kPanel) return x.store(to);
  if constexpr (kWidth == 4) {
    alignas(64) float part[kPanel];
    x.store(part);
    for (std::int64_t i = 0; i < count; ++i) to[i] = part[i];
    return;
  }
  const LaneMask live = first_lanes(count);
  REGULUS_UNROLL
  for (int i = 0; i < kVectors; ++i) hn::BlendedStore(x.v[i], live.m[i], kFloats, to + i * kWidth);
}

struct Sum {
  template <class V>
  REGULUS_INLINE V operator()(V a, V b) const {
    return hn::Add(a, b);
  }
};
/// A NaN in b is passed over.
struct Largest {
  template <class V>
  REGULUS_INLINE V operator()(V a, V b) const {
    return hn::IfThenElse(hn::Lt(a, b), b, a);
  }
};

template <class Combine, class V>
REGULUS_INLINE float fold_vector(V v) {
  const hn::DFromV<V> all;
  if constexpr (hn::MaxLanes(all) > 4) {
    const hn::Half<decltype(all)> half;
    return fold_vector<Combine>(Combine()(hn::LowerHalf(half, v), hn::UpperHalf(half, v)));
  } else {
    const V pairs = Combine()(v, hn::Shuffle1032(v));
    return hn::GetLane(Combine()(pairs, hn::Shuffle2301(pairs)));
  }
}

/// The 16 lanes combined as sum_tree() does: half with half, down to one number.
template <class Combine>
REGULUS_INLINE float fold(Lanes x) {
  REGULUS_UNROLL
  for (int half = kVectors / 2; half > 0; half /= 2) {
    REGULUS_UNROLL
    for (int i = 0; i < half; ++i) x.v[i] = Combine()(x.v[i], x.v[i + half]);
  }
  return fold_vector<Combine>(x.v[0]);
}

}  // namespace regulus::kernels::REGULUS_KERNELS_ISA
