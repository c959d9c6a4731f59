// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "regulus/optim/optimizer.h"
#include "regulus/saving/keras/config_words.h"

namespace regulus::keras {

/// What a file's optimizer is beside its arguments: how its variables are ordered and what they lack.
struct OptimizerOrigin {
  /// Of Keras before 2.11, or of tf.keras.optimizers.legacy: all arrays of one kind (Adam's m), then all of
  /// the next; else weight by weight.
  bool is_legacy = false;
  /// Inside a LossScaleOptimizer, which keeps four variables before the others in Keras 3.
  bool is_scaled = false;
  std::string class_name = {};  ///< or the name it was given; empty if the file has neither
};
/// What a compile_config of Keras 3 or a training_config of a legacy file says of it. Never throws.
OptimizerOrigin compiled_origin(const Value& compile_config);

/// The optimizer of such an entry, with the formulas of the release that wrote it: Keras before 2.11 has
/// `decay`, Nadam a slower schedule, RMSprop its epsilon outside the root where there is no momentum, and
/// the clipnorm of its first releases is a norm of all gradients. Of a LossScaleOptimizer the one inside:
/// float32 needs no scaling. Throws ConfigError.
OptimizerPtr read_optimizer_config(const Value& entry, Numbers numbers);

/// The entry as Keras 3 writes it: decay is the schedule InverseTimeDecay; what Keras 3 lacks stands beside
/// the config under "regulus", where Keras looks for nothing.
Value stored_optimizer(const Optimizer& optimizer);

}  // namespace regulus::keras
