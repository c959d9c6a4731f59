// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "regulus/base/tensor.h"
#include "regulus/base/value.h"

namespace regulus::cli {

/// How good probabilities are. With p the row's vector and y its label's unit vector, means over rows:
/// accuracy: argmax p = label; nll: -log max(p[label], 2^-126), so that it is the loss of a model without
/// penalties; brier: sum over classes of (p - y)^2; ece: sum over 15 equal bins (a, b] of the confidence max
/// p of share * |accuracy - mean confidence| (Guo et al. 2017). Empty bins weigh nothing.
struct Scores {
  double accuracy = 0;
  double nll = 0;
  double brier = 0;
  double ece = 0;
};

/// Scores of rows that come piece by piece.
class ScoreSums {
 public:
  /// Probabilities [rows, classes], labels in [0, classes).
  void add(const Tensor& probabilities, std::span<const std::int32_t> labels);
  /// For a row whose -log p another way of computing knows better.
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

/// Probabilities [rows, classes], labels in [0, classes). All zeros for no rows.
Scores score(const Tensor& probabilities, std::span<const std::int32_t> labels);

/// log max(p, 2^-126).
double log_probability(float p);

/// A line of the table that compares predictions: a name, its scores under their titles, perhaps a note.
struct ScoreLine {
  std::string name;
  std::vector<std::pair<std::string, double>> scores;
  std::string note = {};
};
std::string scores_table(const std::vector<ScoreLine>& lines);
std::vector<std::pair<std::string, double>> named(const Scores& scores);
/// {"accuracy": …}: the titles in lower case.
Value::Dict scores_json(const std::vector<std::pair<std::string, double>>& scores);

/// "1,000,000 passes in 0.7 s".
std::string passes_note(std::int64_t passes, double seconds);

}  // namespace regulus::cli
