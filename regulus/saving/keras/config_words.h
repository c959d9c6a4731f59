// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "regulus/base/value.h"
#include "regulus/nn/layer.h"

namespace regulus::keras {

/// True for "keras", "keras.layers", "keras.src.…", "tf_keras.…" and the names of older releases.
bool is_keras_module(const std::string& module);

/// How a file's numbers are read: regulus writes those that a model has, Keras may have rounded them.
enum class Numbers : std::uint8_t { kRounded, kExact };

/// The config of a layer, regularizer, optimizer, … in Keras 3's words, whichever release wrote it:
/// `lr` is learning_rate, LeakyReLU's `alpha` negative_slope, an axis in a list the axis. Members that say
/// nothing here are left out (Keras 2 writes `groups: 1` for layers that have none); at a value that says
/// something they are a ConfigError. Numbers that were rounded to float32 get back their decimals
/// (0.0010000000474974513 is 0.001).
Value translated(const std::string& class_name, const Value& config, Numbers numbers = Numbers::kRounded);

/// What Keras makes of a layer that it lacks: the class and config that predict the same in Keras.
struct Counterpart {
  std::string class_name;
  Value config;
  Value own_config;  ///< the members that Keras's class lacks; null if none
};
Counterpart counterpart(const Layer& layer);
/// True if a layer of `own_class` may be stored as `class_name`.
bool is_counterpart(const std::string& class_name, const std::string& own_class);

}  // namespace regulus::keras
