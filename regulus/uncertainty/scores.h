// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "regulus/base/tensor.h"

namespace regulus {

/// How good probabilities are, all means over rows. With p the row's probabilities and y its label's unit
/// vector:
struct Scores {
  double accuracy = 0;  ///< argmax p = label, the lowest class on ties
  double nll = 0;       ///< -ln max(p[label], 2^-126): a cross-entropy's loss without penalties
  double brier = 0;     ///< sum over classes of (p - y)^2, in [0, 2] (Brier 1950)
  /// Expected calibration error: of 15 equal bins (a, b] of the confidence max p, the sum of
  /// share * |accuracy - mean confidence| (Naeini et al. 2015; Guo et al. 2017). Empty bins weigh nothing.
  double ece = 0;
};

/// Scores of rows that come piece by piece.
class ScoreSums {
 public:
  /// Probabilities [rows, classes] and as many labels. Throws ShapeError if the counts differ, DataError for
  /// a label that is not in [0, classes).
  void add(const Tensor& probabilities, std::span<const std::int32_t> labels);
  /// For a row whose -ln p another way of computing knows better: from logits, say.
  void correct_nll(double difference) { sums_.nll += difference; }
  std::int64_t rows() const { return rows_; }
  /// All zeros for no rows.
  Scores scores() const;

 private:
  static constexpr std::size_t kBins = 15;
  struct Bin {
    double rows = 0;
    double right = 0;
    double confidence = 0;
  };
  static std::size_t bin_of(double confidence);

  std::int64_t rows_ = 0;
  Scores sums_;  // ece apart
  std::array<Bin, kBins> bins_ = {};
};

/// All rows at once.
Scores score(const Tensor& probabilities, std::span<const std::int32_t> labels);

/// ln max(p, 2^-126), as nll takes it.
double log_probability(float p);

/// How good predicted numbers are. With e = prediction - target, for each output and then the mean over the
/// outputs, as scikit-learn's metrics of the same names (multioutput="uniform_average"):
struct RegressionScores {
  double r2 = 0;  ///< 1 - sum e^2 / sum (target - mean target)^2; of equal targets 1 if every e is 0, else 0
  double rmse = 0;  ///< sqrt(mean e^2)
  double mae = 0;   ///< mean |e|
  double mse = 0;   ///< mean e^2
};

/// Regression scores of rows that come piece by piece.
class RegressionSums {
 public:
  /// Predictions [rows, outputs] and as many targets, row-major. Throws ShapeError if the counts differ, or
  /// the number of outputs is another than before.
  void add(const Tensor& predictions, std::span<const float> targets);
  std::int64_t rows() const { return rows_; }
  /// All zeros for no rows.
  RegressionScores scores() const;

 private:
  struct Output {
    double squares = 0;
    double absolutes = 0;
    double mean = 0;  // of the targets so far, and the squares of their deviations from it (Welford 1962)
    double m2 = 0;
  };
  std::int64_t rows_ = 0;
  std::vector<Output> outputs_;
};

/// All rows at once.
RegressionScores regression_score(const Tensor& predictions, std::span<const float> targets);

}  // namespace regulus
