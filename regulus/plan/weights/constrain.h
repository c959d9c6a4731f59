// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/kernels/table.h"
#include "regulus/plan/weights/parameter.h"

namespace regulus::plan {

template <class T>
kernels::ConstraintArgs<T> constraint_args(const Constraint& constraint) {
  return {constraint.kind, static_cast<T>(constraint.min_value), static_cast<T>(constraint.max_value),
          static_cast<T>(constraint.rate)};
}

/// True if each panel can be constrained by itself: element-wise, or norms over all of a kernel's inputs.
bool constrains_panels(const Parameter& parameter);

/// Applies the parameter's constraint to its packed values: the general way, one norm after another.
/// Allocates nothing.
template <class T>
void constrain(T* packed, const Parameter& parameter);

}  // namespace regulus::plan
