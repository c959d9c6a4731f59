// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "regulus/io/hdf5.h"
#include "regulus/saving/model_file.h"

namespace regulus::keras {

/// True for the tree of a whole model as Keras 2 saves it by default and Keras 3 under a name in .h5
/// (keras/src/legacy/saving/legacy_h5_format.py): attributes model_config and training_config, groups
/// model_weights and optimizer_weights.
bool is_legacy_model(const io::Hdf5Group& root);

io::Hdf5Group to_legacy_model(const Sequential& model, const ModelNotes& notes);
LoadedModel from_legacy_model(const io::Hdf5Group& root, const std::string& where,
                              const LoadOptions& options);
/// Its weights, and the state of its optimizer, for a model of the same layers (load_weights_from_tree); also
/// of a file of weights alone.
std::vector<std::string> load_weights_from_legacy_model(Sequential& model, const io::Hdf5Group& root,
                                                        const std::string& where);

}  // namespace regulus::keras
