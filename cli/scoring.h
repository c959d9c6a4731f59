// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/grades.h"
#include "cli/model.h"
#include "cli/piece.h"
#include "cli/saved_model.h"

namespace regulus::cli {

/// How good predictions are, plain and Monte-Carlo, as their rows come.
class Scoring {
 public:
  /// Compiles the model with the loss that its outputs stand for, to ask it for penalties.
  Scoring(OpenedModel& model, const MonteCarlo& mc);

  /// `rows`: those of the piece, as the model took them. Throws DataError and ShapeError for labels that do
  /// not fit.
  void add(const Piece& piece, const Dataset& rows);
  std::int64_t rows() const { return plain_.rows(); }

  /// By name, of the plain prediction and of the samples' mean.
  std::vector<std::pair<std::string, double>> plain() const { return plain_.grades(); }
  std::vector<std::pair<std::string, double>> monte_carlo() const { return mc_.grades(); }
  /// The table, with a note behind the second line.
  std::string table(const std::string& note = "") const;
  /// As Keras's evaluate: the mean over rows, penalties included; none where no loss is known.
  std::optional<double> loss() const;
  double penalty() const;

 private:
  void add_penalty(const Dataset& rows);

  OpenedModel& model_;
  MonteCarlo options_;
  Grades plain_;
  Grades mc_;
  bool compiled_ = false;
  bool has_penalty_ = false;
  bool penalty_of_rows_ = false;  ///< the outputs of layers are penalized too
  bool exact_ = false;
  double penalty_sum_ = 0;
};

}  // namespace regulus::cli
