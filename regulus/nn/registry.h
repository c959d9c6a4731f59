// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "regulus/nn/layer.h"

namespace regulus {

/// A layer from its Keras class name and config. The one table that a new layer is added to
/// (registry.cpp). Throws ConfigError for an unknown class, with the nearest known name, and for
/// unknown keys in the config.
LayerPtr layer_from_config(const std::string& class_name, const Value& config);

/// Every class name the table knows.
std::vector<std::string> known_layers();

}  // namespace regulus
