// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/constrain.h"

#include <algorithm>
#include <cmath>

namespace regulus::plan {
namespace {

constexpr double kEpsilon = 1e-7;

double factor(double norm, const Constraint& c) {
  switch (c.kind) {
    case kernels::ConstraintKind::kMaxNorm:
      return std::clamp(norm, 0.0, c.max_value) / (kEpsilon + norm);
    case kernels::ConstraintKind::kMinMaxNorm:
      return (c.rate * std::clamp(norm, c.min_value, c.max_value) + (1 - c.rate) * norm) / (kEpsilon + norm);
    case kernels::ConstraintKind::kUnitNorm:
      return 1 / (kEpsilon + norm);
    default:
      return 1;
  }
}

bool over(const Constraint& c, int axis) {
  return std::find(c.axes.begin(), c.axes.end(), axis) != c.axes.end();
}

// Scales the block [k0, k1) x [n0, n1) to what its norm calls for.
template <class T>
void constrain_block(T* w, std::int64_t inputs, std::int64_t k0, std::int64_t k1, std::int64_t n0,
                     std::int64_t n1, const Constraint& c) {
  double square = 0;
  for (std::int64_t k = k0; k < k1; ++k)
    for (std::int64_t n = n0; n < n1; ++n) {
      const auto v = static_cast<double>(w[kernels::packed_index(inputs, k, n)]);
      square += v * v;
    }
  const double scale = factor(std::sqrt(square), c);
  for (std::int64_t k = k0; k < k1; ++k)
    for (std::int64_t n = n0; n < n1; ++n) {
      T& v = w[kernels::packed_index(inputs, k, n)];
      v = static_cast<T>(static_cast<double>(v) * scale);
    }
}

}  // namespace

bool constrains_panels(const Parameter& parameter) {
  const Constraint& c = parameter.constraint();
  if (c.kind == kernels::ConstraintKind::kNonNeg) return true;
  return parameter.shape().rank() == 2 && c.axes.size() == 1 && over(c, 0);
}

template <class T>
void constrain(T* packed, std::int64_t inputs, std::int64_t units, bool rank1, const Constraint& c) {
  if (c.kind == kernels::ConstraintKind::kNonNeg) {
    for (std::int64_t i = 0; i < kernels::panels(units) * inputs * kernels::kPanel; ++i)
      packed[i] = packed[i] > T{0} ? packed[i] : T{0};
    return;
  }
  const bool sum_inputs = !rank1 && over(c, 0);
  const bool sum_units = rank1 ? over(c, 0) : over(c, 1);
  const std::int64_t k_step = sum_inputs ? inputs : 1;
  const std::int64_t n_step = sum_units ? units : 1;
  for (std::int64_t k = 0; k < inputs; k += k_step)
    for (std::int64_t n = 0; n < units; n += n_step)
      constrain_block(packed, inputs, k, k + k_step, n, n + n_step, c);
}

template void constrain<float>(float*, std::int64_t, std::int64_t, bool, const Constraint&);
template void constrain<double>(double*, std::int64_t, std::int64_t, bool, const Constraint&);

}  // namespace regulus::plan
