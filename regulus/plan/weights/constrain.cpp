// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/weights/constrain.h"

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

bool over(const Constraint& c, std::size_t axis) {
  return std::find(c.axes.begin(), c.axes.end(), static_cast<int>(axis)) != c.axes.end();
}

/// Calls body(place) for all places of a row-major array that differ from `at` on the axes that the norm
/// runs over (`summed`), or on the others.
template <class Body>
void for_each_place(const Shape& shape, const Constraint& c, bool summed, std::int64_t at, const Body& body,
                    std::size_t axis = 0) {
  if (axis == shape.rank()) return body(at);
  std::int64_t stride = 1;
  for (std::size_t i = axis + 1; i < shape.rank(); ++i) stride *= shape[i];
  const std::int64_t count = over(c, axis) == summed ? shape[axis] : 1;
  for (std::int64_t i = 0; i < count; ++i) for_each_place(shape, c, summed, at + i * stride, body, axis + 1);
}

}  // namespace

bool constrains_panels(const Parameter& parameter) {
  const Constraint& c = parameter.constraint();
  if (c.kind == kernels::ConstraintKind::kNonNeg) return true;
  std::int64_t summed = 1;
  std::size_t leading = 0;
  for (; leading < parameter.shape().rank() && over(c, leading); ++leading)
    summed *= parameter.shape()[leading];
  return leading > 0 && leading == c.axes.size() && leading < parameter.shape().rank() &&
         summed == parameter.inputs();
}

template <class T>
void constrain(T* packed, const Parameter& parameter) {
  const Constraint& c = parameter.constraint();
  const Shape& shape = parameter.shape();
  const std::int64_t units = parameter.units();
  if (c.kind == kernels::ConstraintKind::kNonNeg) {
    for (std::int64_t i = 0; i < parameter.packed_size(); ++i)
      packed[i] = packed[i] > T{0} ? packed[i] : T{0};
    return;
  }
  const auto value = [&](std::int64_t place) -> T& {
    return packed[parameter.packed_place(place / units, place % units)];
  };
  for_each_place(shape, c, false, 0, [&](std::int64_t group) {
    double square = 0;
    for_each_place(shape, c, true, group, [&](std::int64_t place) {
      const auto v = static_cast<double>(value(place));
      square += v * v;
    });
    const double scale = factor(std::sqrt(square), c);
    for_each_place(shape, c, true, group, [&](std::int64_t place) {
      value(place) = static_cast<T>(static_cast<double>(value(place)) * scale);
    });
  });
}

template void constrain<float>(float*, const Parameter&);
template void constrain<double>(double*, const Parameter&);

}  // namespace regulus::plan
