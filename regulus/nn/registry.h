// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "regulus/nn/layer.h"

namespace regulus {

/// A layer from its Keras class name and config. The one table that a new layer is added to
/// (registry.cpp). Throws ConfigError for an unknown class, with the nearest known name, for a config
/// key that is not known, and for a value out of range. Keras's keys that say nothing beyond what
/// regulus always does are accepted: dtype float32, data_format channels_last,
/// quantization_config null; batch_shape and batch_input_shape give the first layer's row shape. Any
/// layer may be frozen: "trainable": false.
LayerPtr layer_from_config(const std::string& class_name, const Value& config);

/// Every class name the table knows: all but the layers that act in training alone (layers/augmentation.h).
std::vector<std::string> known_layers();

}  // namespace regulus
