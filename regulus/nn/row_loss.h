// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "regulus/base/buffer.h"
#include "regulus/plan/spec.h"

namespace regulus {

/// The loss of single rows outside a plan, by the same kernels. Predictions and targets may lie
/// anywhere: they are copied to where the kernels want them. A call allocates nothing.
class RowLoss {
 public:
  RowLoss(const plan::LossSpec& spec, std::int64_t units);
  /// `label` for the sparse loss (it must be in [0, units)), else `targets` [units].
  double operator()(const float* prediction, std::int32_t label, const float* targets);
  std::int64_t units() const { return units_; }

 private:
  plan::LossSpec spec_;
  std::int64_t units_;
  Buffer<float> prediction_;
};

}  // namespace regulus
