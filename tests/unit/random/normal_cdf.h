// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

namespace regulus::random {

/// The distribution function of the standard normal, by the C library, which is good to 1e-15.
inline double normal_cdf(double x) {
  return std::erfc(-x / std::sqrt(2.0)) / 2;
}

}  // namespace regulus::random
