// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "regulus/io/hdf5.h"
#include "regulus/saving/keras/config.h"

namespace regulus::keras {

/// The weights of a model in the order of for_each_weight, from the tree that Keras 3 writes
/// (model.weights.h5 and .weights.h5): dataset layers/GROUP/vars/I for weight I of a layer, the group being
/// the layer's class in snake case and a number, "dense", "dense_1", … (keras/src/saving/saving_lib.py); of a
/// model inside the model layers/sequential/layers/GROUP/vars/I.
/// Files of Keras 2.13 say _layer_checkpoint_dependencies for layers. Every weight must be there and fit;
/// nothing may be left over. Throws DataError that begins with `where`.
std::vector<Tensor> read_weights(const io::Hdf5Group& root, const KerasModel& model,
                                 const std::string& where);

/// Gives a model of the same layers those weights, and its optimizer the state if the file has that of the
/// same one. Returns what was not used, a sentence each. Throws as read_weights; the model is unchanged then.
std::vector<std::string> load_weights_from_tree(Sequential& model, const io::Hdf5Group& root,
                                                const std::string& where);

/// As float32. Throws DataError if a model of them is larger than the memory that is left.
std::vector<Tensor> to_tensors(const std::vector<const io::Array*>& arrays, const std::string& where);

/// A weight as Keras stores it: float32, but for the int64 count of Normalization.
io::Array stored_weight(const Layer& layer, const plan::Parameter& weight);
/// The tree of a model: its weights, and the optimizer's variables if it is compiled.
io::Hdf5Group weight_tree(const Sequential& model);

}  // namespace regulus::keras
