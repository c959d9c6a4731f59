// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "regulus/train/trainer.h"

namespace regulus {

/// `"dense_1" kernel`: the first weight with an infinity or a NaN, or "" if every weight is finite.
std::string first_bad_weight(const std::vector<LayerPtr>& layers);

/// Throws NumericError for the step that trainer could not learn from, naming the cause where one can be
/// seen: a weight, or a value of the batch's rows. `step`: of the running epoch; `data`: what it trains on.
[[noreturn]] void throw_not_finite(const std::string& where, const ModelState& model, const Trainer& trainer,
                                   StepEnd end, const Dataset& data, std::int64_t step);

}  // namespace regulus
