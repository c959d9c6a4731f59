// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/meaning.h"
#include "cli/scores.h"
#include "regulus/data/dataset.h"

namespace regulus::cli {

/// How good a model's outputs are, of rows that come piece by piece, by what the outputs mean:
/// classes and one probability: accuracy, NLL, Brier, ECE (see Scores; of one probability p Brier is the mean
/// of (p - y)^2); several probabilities: accuracy and BCE, means over all of them; numbers: R2,
/// RMSE and MAE (see RegressionScores); scores: accuracy.
class Grades {
 public:
  /// `loss`: of the model's file.
  Grades(const Meaning& meaning, const std::optional<Loss>& loss);

  /// -log p of row r's label, by its logits: asked where the probability is too small to tell.
  using Exact = std::function<double(std::int64_t row)>;
  /// Outputs [rows, units]; rows with labels, or with targets for numbers. Throws DataError for a label out
  /// of range and ShapeError for targets of another width.
  void add(const Tensor& outputs, const Dataset& rows, const Exact& exact = {});

  std::int64_t rows() const { return rows_; }
  /// By the names that tables show.
  std::vector<std::pair<std::string, double>> grades() const;
  /// The loss without penalties: NLL, and what the model's file says of smoothing; of numbers and several
  /// probabilities that of the file. None if there are no rows or no loss is known.
  std::optional<double> loss() const;

 private:
  void add_classes(const Tensor& probabilities, const Dataset& rows, const Exact& exact);
  void add_labels(const Tensor& probabilities, const Dataset& rows);
  void add_numbers(const Tensor& outputs, const Dataset& rows);
  void add_scores(const Tensor& outputs, const Dataset& rows);

  Meaning meaning_;
  std::optional<Loss> loss_;
  std::int64_t rows_ = 0;
  ScoreSums sums_;
  double smoothed_ = 0;  ///< sum over rows and classes of -log p
  double right_ = 0;
  double cross_entropy_ = 0;
  RegressionSums numbers_;
};

/// Throws DataError that names the row, unless every label is in [0, classes).
void require_labels(const Dataset& rows, std::int64_t classes);

}  // namespace regulus::cli
