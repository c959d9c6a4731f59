// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "regulus/data/dataset.h"

namespace regulus {

/// Mean and population standard deviation of each feature over the rows.
struct FeatureStatistics {
  std::vector<double> mean;
  std::vector<double> std;  ///< exactly 0 for a feature that never varies
};

/// Over the stored values of `data`, before any scaling. Bytes are summed as integers and therefore
/// exactly; floats in two passes in double, rows in ascending order, so that the bits do not depend on
/// the number of threads. Throws DataError for no rows or a value that is not finite.
FeatureStatistics feature_statistics(const Dataset& data);

}  // namespace regulus
