// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "regulus/base/value.h"

namespace regulus::keras {

/// True for an activation that is a layer: Dense(8, activation=LeakyReLU()).
bool is_activation_layer(const Value& activation);

/// The name of an activation that is a function of Keras's or TensorFlow's, as any release has stored it.
/// Throws ConfigError for a function of somebody's own. What is not such an object comes back as it is.
Value activation_name(const Value& activation, const std::string& where);

}  // namespace regulus::keras
