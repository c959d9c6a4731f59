// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace regulus {

// In double, to 2 units in the last place, and the same bits with every C library: sums and products alone.

/// The natural logarithm; -infinity of 0, NaN below.
double natural_log(double x);
/// e^x; 0 below -745, infinity above 709.7.
double natural_exp(double x);

}  // namespace regulus
