// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "regulus/base/value.h"

namespace regulus::keras {

/// For each layer of a Functional model the argument `training` that it is called with, if any. Throws
/// ConfigError unless the layers are one chain: each called once, with the output of the one before alone,
/// and the last one's output is the model's.
std::vector<std::optional<bool>> read_chain(const Value& config, const Value::List& layers);

}  // namespace regulus::keras
