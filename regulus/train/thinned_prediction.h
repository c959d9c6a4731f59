// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "regulus/plan/thinned/thinned_rows.h"
#include "regulus/train/mc_prediction.h"
#include "regulus/train/options.h"

namespace regulus {

/// Monte-Carlo prediction with masks that all rows share, by thinned networks. Fills in mean and std,
/// and the samples where result.samples is not empty. Returns the rows that it leaves out, because
/// only the general path can do them. profile: null, or one with thinned_parts() beside the plan's.
/// Requires a network of that plan, and samples >= 1.
std::vector<std::int64_t> predict_thinned(const plan::Plan<float>& plan,
                                          const plan::ThinnedNetwork<float>& network, const Dataset& data,
                                          random::Key key, int samples, McPrediction& result,
                                          plan::Profile* profile = nullptr);

/// What a profile says of it.
std::vector<std::string> thinned_parts();

}  // namespace regulus
