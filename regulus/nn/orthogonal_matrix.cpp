// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/orthogonal_matrix.h"

#include <cmath>

#include "regulus/kernels/table.h"

namespace regulus {
namespace {

// In 16 lanes, as every sum here: fixed order, and the compiler may use vectors.
double dot(const double* a, const double* b, std::int64_t length) {
  double lanes[16] = {};
  std::int64_t i = 0;
  for (; i + 16 <= length; i += 16)
    for (std::int64_t l = 0; l < 16; ++l) lanes[l] += a[i + l] * b[i + l];
  for (std::int64_t l = 0; i + l < length; ++l) lanes[l] += a[i + l] * b[i + l];
  return kernels::sum_tree(lanes);
}

}  // namespace

std::vector<double> draw_orthonormal(std::int64_t count, std::int64_t length, random::Sequence& sequence) {
  std::vector<double> vectors(static_cast<std::size_t>(count * length));
  for (std::int64_t c = 0; c < length; ++c)
    for (std::int64_t i = 0; i < count; ++i)
      vectors[static_cast<std::size_t>(i * length + c)] = sequence.next_normal();
  // Modified Gram-Schmidt, every vector twice: once more is enough to be orthogonal to rounding
  // (Giraud et al. 2005). Dividing by the norm is what makes R's diagonal positive.
  for (std::int64_t i = 0; i < count; ++i) {
    double* v = vectors.data() + i * length;
    for (int round = 0; round < 2; ++round)
      for (std::int64_t j = 0; j < i; ++j) {
        const double* u = vectors.data() + j * length;
        const double along = dot(u, v, length);
        for (std::int64_t c = 0; c < length; ++c) v[c] -= along * u[c];
      }
    const double norm = std::sqrt(dot(v, v, length));
    for (std::int64_t c = 0; c < length; ++c) v[c] /= norm;
  }
  return vectors;
}

}  // namespace regulus
