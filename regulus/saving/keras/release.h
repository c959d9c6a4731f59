// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "regulus/saving/keras/config.h"

namespace regulus::keras {

/// Adds to the model's notices what its layers computed in the Keras that wrote it and compute in another way
/// since Keras 3, a sentence each: hard_sigmoid was clip(x / 5 + 1 / 2, 0, 1) in Keras 2 and is clip(x / 6 +
/// 1 / 2, 0, 1). `keras_version` is as the file has it, "2.15.0"; of an unknown one nothing is said.
void note_release(KerasModel& model, std::string_view keras_version);

}  // namespace regulus::keras
