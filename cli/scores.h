// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>

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

Value::Dict scores_json(const Scores& scores);

/// The lines of the table that compares predictions: header, then one line each; `note` follows.
std::string scores_header();
std::string scores_line(const std::string& name, const Scores& scores, const std::string& note = "");
/// "1,000,000 passes in 0.7 s".
std::string passes_note(std::int64_t passes, double seconds);

}  // namespace regulus::cli
