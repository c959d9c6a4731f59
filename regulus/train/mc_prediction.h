// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/base/tensor.h"

namespace regulus {

/// Predictions of many stochastic passes. mean and std are streamed in double, sample by sample.
struct McPrediction {
  Tensor mean;             ///< [rows, units]
  Tensor std;              ///< [rows, units], population standard deviation, NumPy's std(axis=0)
  Tensor samples;          ///< [samples, rows, units] if kept, else empty
  bool stochastic = true;  ///< false: the model has nothing to draw, so all samples are equal
};

}  // namespace regulus
