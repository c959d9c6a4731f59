// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/kernels/table.h"
#include "regulus/plan/parameter.h"

namespace regulus::plan {

template <class T>
kernels::ConstraintArgs<T> constraint_args(const Constraint& constraint) {
  return {constraint.kind, static_cast<T>(constraint.min_value), static_cast<T>(constraint.max_value),
          static_cast<T>(constraint.rate)};
}

/// True if each panel can be constrained by itself: element-wise, or norms over a kernel's inputs.
bool constrains_panels(const Parameter& parameter);

/// Applies any constraint to packed values [inputs, units]: the general way, one norm after another.
/// `rank1`: the array is a vector, so axis 0 runs over its units.
template <class T>
void constrain(T* packed, std::int64_t inputs, std::int64_t units, bool rank1, const Constraint& constraint);

}  // namespace regulus::plan
