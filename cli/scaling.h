// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>
#include "cli/cli11.h"

#include "regulus/data/dataset.h"
#include "regulus/data/normalization.h"
#include "regulus/saving/model_file.h"

namespace regulus::cli {

/// How rows become a model's inputs, as far as the user says it.
struct ScalingOptions {
  std::string scale;          ///< a number or a fraction: every value times it; "1": as it is
  std::string normalization;  ///< a file: see read_normalization
};
/// --scale and --normalization.
void add_scaling(CLI::App& command, ScalingOptions& options);

/// What Normalization::save has written, or an NPZ file of `mean` and `std` (or `variance`) that NumPy would
/// stretch over rows of this shape, or a JSON object of the same two. std 0 counts as 1, as for a feature
/// that never varies. Throws IoError, DataError, ShapeError.
Normalization read_normalization(const std::string& path, const Shape& row_shape);

/// The layer before the first one with weights that scales a model's inputs: Rescaling or Normalization. Null
/// if there is none.
const Layer* scaling_layer(const Sequential& model);

/// Scales rows before they meet a model: as the options say, else as the model's file says.
class InputScaling {
 public:
  /// Throws ConfigError where options and file contradict each other, and as read_normalization.
  InputScaling(const ScalingOptions& options, const LoadedModel& loaded, const Shape& row_shape,
               const std::string& command);

  /// Rows of the model's shape, bytes in their file or not. Throws ConfigError for bytes of which neither
  /// options nor model say how they are scaled: fed as they are they give figures that look like any others.
  Dataset operator()(const Dataset& rows, bool bytes) const;
  /// What a person should know, a sentence each; `first` are the first rows, before they are scaled.
  std::vector<std::string> notes(const Dataset& first) const;

 private:
  std::string command_;
  std::optional<Normalization> normalization_;
  bool said_ = false;   ///< the user has said how
  bool layer_ = false;  ///< the model scales them itself
  std::vector<std::string> notes_;
};

}  // namespace regulus::cli
