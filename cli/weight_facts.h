// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "regulus/plan/weights/parameter.h"

namespace regulus::cli {

/// What a person asks of trained weights.
struct WeightFacts {
  double zeros = 0;  ///< share of values that are exactly 0
  /// The largest Euclidean norm of a unit's incoming weights, all axes but the last: what max_norm bounds.
  /// Absent for vectors.
  std::optional<double> largest_column_norm;
};
WeightFacts facts_of(const plan::Parameter& weight);

}  // namespace regulus::cli
