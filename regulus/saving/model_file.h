// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "regulus/data/normalization.h"
#include "regulus/train/sequential.h"

namespace regulus {

/// What a model file may hold beside the model.
struct ModelNotes {
  std::optional<Normalization> normalization = {};  ///< the scaling that the model's inputs want
  std::string data_set = {};                        ///< the name of what it was trained on; may be empty
};

struct LoadedModel {
  Sequential model;
  ModelNotes notes;
};

/// Writes a model as one safetensors file: each weight under "LAYER.kernel" or "LAYER.bias", and as
/// metadata its config, its seed, the SHA-256 of its weights, optimizer, loss and metrics if it is
/// compiled, and the notes. The optimizer's state (moments, number of updates) is not kept: a loaded
/// model predicts and evaluates as the saved one did, but training begins as after compile. The old
/// file stays if anything fails. Throws ConfigError for a model without weights, ShapeError for a
/// normalization of another width, IoError.
void save_model(const std::string& path, const Sequential& model, const ModelNotes& notes = {});

/// The model, with equal weights, predictions and Monte-Carlo predictions, bit for bit. The file may
/// be hostile: every problem is a DataError that begins with the path, and nothing is allocated for a
/// weight that the file does not hold. Throws IoError if it cannot be read.
LoadedModel load_model(const std::string& path);

/// The same without a file. `where` begins every error.
std::vector<std::uint8_t> model_to_bytes(const Sequential& model, const ModelNotes& notes = {});
LoadedModel model_from_bytes(std::span<const std::uint8_t> bytes, const std::string& where);

}  // namespace regulus
