// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace regulus::keras {

/// True for a layer class of any Keras release from 2.0 on, whether regulus has it or not: other names are
/// somebody's own.
bool is_keras_layer(std::string_view class_name);

/// True for a class that is a model: Sequential, Functional, and what Keras 2 calls Model.
bool is_model_class(std::string_view class_name);

/// The class that a name of an older release means today: "BatchNormalizationV1" is BatchNormalization.
std::string class_today(const std::string& class_name);

/// The Monte-Carlo layer that a class of somebody's own must be, judged by the beginning of its name:
/// "MCDropout…", "MCAlphaDropout…", …; empty if none.
std::string monte_carlo_class(const std::string& class_name);

}  // namespace regulus::keras
