// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "regulus/saving/model_file.h"

namespace regulus::keras {

/// A .keras file of Keras 3 (keras/src/saving/saving_lib.py): a zip archive of metadata.json, config.json and
/// model.weights.h5. Ours has a fourth member, regulus.json (saving/extras.h), which Keras does not look at.
std::vector<std::uint8_t> to_archive(const Sequential& model, const ModelNotes& notes);
/// Reads one of Keras 3, or of Keras 2.12 and later.
LoadedModel from_archive(std::span<const std::uint8_t> bytes, const std::string& where,
                         const LoadOptions& options);
/// Its weights, and the state of its optimizer, for a model of the same layers (load_weights_from_tree).
std::vector<std::string> load_weights_from_archive(Sequential& model, std::span<const std::uint8_t> bytes,
                                                   const std::string& where);

}  // namespace regulus::keras
