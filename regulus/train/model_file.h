// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "regulus/data/normalization.h"
#include "regulus/train/sequential.h"

namespace regulus {

/// What a model file may hold beside the model.
struct ModelNotes {
  std::optional<Normalization> normalization = {};  ///< the scaling that the model's inputs want
  std::string data_set = {};                        ///< the name of what it was trained on; may be empty
};

/// Writes one safetensors file, atomically: every weight under "LAYER.kernel" or "LAYER.bias",
/// row-major float32, and as metadata the model's config, its optimizer, loss and metrics if it is
/// compiled, and the notes. The optimizer's running averages are not kept: a training that goes on
/// from the file starts them anew. Throws ConfigError for a model that is not built, IoError.
void save_model(const std::string& path, const Sequential& model, const ModelNotes& notes = {});

struct LoadedModel {
  Sequential model;
  ModelNotes notes;
};

/// Reads such a file: weights bit for bit, compiled if it was. Nothing is allocated for a weight
/// before the file is known to hold it. Throws IoError, or DataError naming the file and what is wrong.
LoadedModel load_model(const std::string& path);

}  // namespace regulus
