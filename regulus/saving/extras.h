// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "regulus/saving/model_file.h"

namespace regulus {

/// What regulus keeps of a model beyond what Keras's files have a place for.
struct Extras {
  std::uint64_t seed = 0;             ///< of the model's random numbers
  std::uint32_t epochs_shuffled = 0;  ///< see TrainingState
  std::uint32_t calls = 0;
  std::string weights_sha256;
  ModelNotes notes;
  std::optional<TestVector> test_vector;
};

/// As a config. Throws ShapeError for notes that do not fit the model.
Value extras_config(const Sequential& model, const ModelNotes& notes);
/// Throws DataError that begins with `where`.
Extras read_extras(const Value& config, const std::string& where);
/// The rest of loading, once weights and optimizer are there: counters, notes and test vector. Throws
/// DataError if the weights are not those that were saved, or the notes do not fit the model.
void apply_extras(LoadedModel& loaded, Extras extras, const std::string& where);

}  // namespace regulus
