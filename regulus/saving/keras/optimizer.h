// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "regulus/io/hdf5.h"
#include "regulus/saving/keras/optimizer_config.h"
#include "regulus/train/sequential.h"

namespace regulus::keras {

/// An optimizer's variables as a file lists them.
struct StoredVariables {
  std::vector<const io::Array*> arrays = {};
  std::vector<std::string> names = {};  ///< of a legacy .h5 file; else empty
  bool is_tree = false;                 ///< of Keras 3's tree, where Keras 2 puts no legacy optimizer's state
};
/// Those of a tree of Keras 3 (model.weights.h5, .weights.h5), from optimizer/vars. Empty where there is no
/// optimizer. Throws DataError if they are not numbered.
StoredVariables optimizer_variables_in(const io::Hdf5Group& root, const std::string& where);
/// What such a tree says of the optimizer without a config: its name.
OptimizerOrigin optimizer_origin_in(const io::Hdf5Group& root);

/// Gives a compiled model what the optimizer remembers: iteration, learning rate, slots. The order is that
/// of the release that wrote them, told by the names of the variables or, where they have none, by the
/// origin: weight by weight, or list after list; the product of Nadam last (since 3.10), after the learning
/// rate (3.0 to 3.9) or after the iteration (before 2.11); momenta that are stored but unused are passed
/// over. An optimizer that never trained changes nothing. What does not fit leaves the optimizer as it is:
/// the sentences that say so, and what goes on in another way than in Keras. Nothing is done where the
/// origin names another class than the model's optimizer.
std::vector<std::string> restore_optimizer(Sequential& model, const StoredVariables& variables,
                                           const OptimizerOrigin& origin);
/// The same of a model that was compiled by somebody else than the file: not compiled, or with another
/// optimizer, it is left as it is, which is said.
std::vector<std::string> restore_same_optimizer(Sequential& model, const StoredVariables& variables,
                                                const OptimizerOrigin& origin);

/// The optimizer's variables as Keras 3.15 orders them: iteration, learning_rate unless it is a schedule,
/// then its slots, Nadam's product last.
std::vector<io::Array> optimizer_variables(const Sequential& model);

}  // namespace regulus::keras
