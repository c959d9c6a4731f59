// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/output.h"
#include "regulus/saving/model_file.h"

namespace regulus::cli {

/// The same model behind a Normalization layer that does what `scaling` does, so that a program that knows
/// layers only, such as Keras, predicts the same from unscaled rows. Weights are shared; compile arguments
/// and the optimizer's state are kept. y = (x scale - mean) / std is the layer's (x - mean / scale) / (std /
/// scale). Throws ConfigError for a scaling that no such layer can do: a negative scale, or a std / scale
/// below the 1e-7 at which the layer's ends.
Sequential with_normalization(const Sequential& model, const Normalization& scaling);

/// Says of a file of Keras's that its scaling lies where Keras does not look, if it does.
void note_hidden_scaling(const std::string& path, const ModelNotes& kept, Notes& notes);

}  // namespace regulus::cli
