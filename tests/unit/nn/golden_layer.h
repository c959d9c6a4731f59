// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "regulus/nn/registry.h"
#include "support/golden.h"
#include "unit/nn/plan_run.h"

namespace regulus::testing {

/// The layer's config must be Keras's.
void expect_config(const LayerPtr& layer, const nlohmann::json& wanted, const std::string& what);

/// Runs every golden of the file that is of this class, made from Keras's config: forward and backward in
/// float and double, and our config must say what Keras's does. `tolerance` is relative and absolute.
void expect_layer_follows_keras(const std::string& class_name, double tolerance,
                                const char* file = "layers.json");

}  // namespace regulus::testing
