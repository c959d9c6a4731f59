// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include "cli/cli11.h"

#include "cli/data.h"
#include "cli/meaning.h"
#include "cli/output.h"
#include "regulus/saving/model_file.h"

namespace regulus::cli {

/// A model with what is needed to use it and to say how good it is.
struct OpenedModel {
  LoadedModel loaded;
  std::optional<Loss> loss;  ///< of the file, if it was asked for and is there
  Meaning meaning;
};

/// The positional MODEL.
void add_model(CLI::App& command, std::string& path);

/// As load_model, but an optimizer, loss or metric that does not fit keeps nobody from the rest: it is a
/// notice.
LoadedModel load_all_there_is(const std::string& path);
/// `scored`: labels will be compared, so the file's loss may have to say what the outputs mean. Throws
/// IoError or DataError. Notices become notes.
OpenedModel open_model(const std::string& path, bool scored, Notes& notes);

/// The test rows of the data set that is asked for, or else of the one that the model was trained on, which
/// is then never replaced by another. Throws ConfigError for a model that names none that regulus has,
/// ShapeError if the data set's classes are not the model's outputs.
Dataset load_test(const OpenedModel& model, DataOptions options, const Common& common, Notes& notes,
                  const std::string& command);

/// Says of a file of Keras's that is written, if it is so, that its scaling lies where Keras does not look.
void note_hidden_scaling(const std::string& path, const ModelNotes& kept, Notes& notes);

}  // namespace regulus::cli
