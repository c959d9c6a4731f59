// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/weights/orthogonal.h"

#include <algorithm>
#include <cmath>

namespace regulus::plan {
namespace {

// One over Keras's epsilon: what a vector is at most multiplied by. Exact in float.
constexpr double kLargestInverse = 1e7;

template <class T>
double dot(const T* a, const T* b, std::int64_t length) {
  double sum = 0;
  for (std::int64_t i = 0; i < length; ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return sum;
}

// The gradient of a vector from that of its normalised form: (g - (g . r) r) / |v|. A vector too
// short to be normalised was only scaled.
template <class T>
void through_normalisation(const T* r, T* g, std::int64_t length, double inverse_norm) {
  const double along = inverse_norm < kLargestInverse ? dot(g, r, length) : 0;
  for (std::int64_t i = 0; i < length; ++i)
    g[i] = static_cast<T>((static_cast<double>(g[i]) - along * static_cast<double>(r[i])) * inverse_norm);
}

}  // namespace

template <class T>
double orthogonal_penalty(T* vectors, std::int64_t count, std::int64_t length, T* gradient) {
  if (gradient) std::fill_n(gradient, count * length, T{0});
  if (count < 2) return 0;
  // The inverse norms are kept in the first gradient column until they are used.
  for (std::int64_t i = 0; i < count; ++i) {
    T* v = vectors + i * length;
    const double inverse = std::min(1.0 / std::sqrt(dot(v, v, length)), kLargestInverse);
    for (std::int64_t c = 0; c < length; ++c) v[c] = static_cast<T>(static_cast<double>(v[c]) * inverse);
    if (gradient) gradient[i * length] = static_cast<T>(inverse);
  }
  const double pairs = static_cast<double>(count) * static_cast<double>(count - 1) / 2;
  double total = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    const T* r = vectors + i * length;
    T* g = gradient ? gradient + i * length : nullptr;
    const double inverse = g ? static_cast<double>(g[0]) : 0;
    if (g) g[0] = T{0};
    for (std::int64_t j = 0; j < count; ++j) {
      if (j == i) continue;
      const T* other = vectors + j * length;
      const double cosine = dot(r, other, length);
      total += std::fabs(cosine);
      if (!g || cosine == 0) continue;
      const T sign = cosine > 0 ? T{1} : T{-1};
      for (std::int64_t c = 0; c < length; ++c) g[c] += sign * other[c];
    }
    if (!g) continue;
    for (std::int64_t c = 0; c < length; ++c) g[c] = static_cast<T>(static_cast<double>(g[c]) / pairs);
    through_normalisation(r, g, length, inverse);
  }
  return total / 2 / pairs;
}

template double orthogonal_penalty<float>(float*, std::int64_t, std::int64_t, float*);
template double orthogonal_penalty<double>(double*, std::int64_t, std::int64_t, double*);

}  // namespace regulus::plan
