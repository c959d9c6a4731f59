// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "regulus/plan/thinned/thinned_rows.h"
#include "regulus/train/options.h"

namespace regulus {

/// Monte-Carlo prediction with masks that all rows share, by thinned networks. Fills in mean and std,
/// and the samples where result.samples is not empty. Returns the rows that it leaves out, because
/// only the general path can do them. Requires a network of that plan, and samples >= 1.
std::vector<std::int64_t> predict_thinned(const plan::Plan<float>& plan,
                                          const plan::ThinnedNetwork<float>& network, const Dataset& data,
                                          random::Key key, int samples, McPrediction& result);

}  // namespace regulus
