// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "regulus/nn/registry.h"
#include "support/golden.h"
#include "unit/nn/plan_run.h"

namespace regulus::testing {

/// Runs a case of a golden layer without weights, {"class_name", "config", "x", "y", "dy", "dx"}: its
/// config is Keras's, member by member, and so are y and dx within `tolerance`, relative and absolute.
template <class T>
void expect_follows_keras(const nlohmann::json& json, double tolerance);

}  // namespace regulus::testing
