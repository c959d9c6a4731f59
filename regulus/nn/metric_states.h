// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

#include "regulus/nn/metrics.h"

namespace regulus {

enum class MetricKind {
  kSparseCategoricalAccuracy,
  kCategoricalAccuracy,
  kBinaryAccuracy,
  kSparseTopKCategoricalAccuracy,
  kTopKCategoricalAccuracy,
  kSparseCategoricalCrossentropy,
  kCategoricalCrossentropy,
  kBinaryCrossentropy,
  kMeanSquaredError,
  kRootMeanSquaredError,
  kMeanAbsoluteError,
};

/// The state of a metric. units: of the predictions, or 0 if the first batch says it.
std::unique_ptr<MetricState> make_metric_state(MetricKind kind, const Metric::Options& options,
                                               std::int64_t units);
/// The mean over rows of a function of the user's own.
std::unique_ptr<MetricState> make_metric_state(MetricFunction function);

}  // namespace regulus
