// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/options.h"
#include "cli/output.h"
#include "cli/profile.h"
#include "regulus/data/dataset.h"
#include "regulus/train/sequential.h"

namespace regulus::cli {

/// What a model says of some rows of a file.
struct Piece {
  std::int64_t first = 0;      ///< the first row's number in the file
  Tensor prediction;           ///< [rows, outputs], dropout off
  Tensor mean;                 ///< of the Monte-Carlo samples; this and those below are empty without any
  Tensor std;                  ///< population standard deviation
  std::vector<float> entropy;  ///< of the mean, in nats; empty unless the outputs are probabilities
  std::vector<float> mutual_information;  ///< entropy of the mean - mean of the samples' entropies, >= 0
  std::vector<std::int32_t> labels;       ///< empty if there are none
  Tensor targets;                         ///< [rows, units]; empty if there are none
  bool stochastic = true;                 ///< false: all Monte-Carlo samples are equal

  std::int64_t rows() const { return prediction.shape()[0]; }
  std::int64_t outputs() const { return prediction.shape()[1]; }
  bool has_samples() const { return mean.size() > 0; }
  /// The mean of the samples, or else the prediction.
  const Tensor& best() const { return has_samples() ? mean : prediction; }
};

/// Predicts pieces of a file as one prediction of the whole file would.
class PiecePredictor {
 public:
  /// temperature: the probabilities p become p^(1/T), normalised: the softmax of logits / T. entropies:
  /// wanted beside mean and standard deviation; they need all samples at once. Throws ConfigError for a
  /// temperature of a model that does not end in softmax.
  PiecePredictor(const Sequential& model, const MonteCarlo& mc, std::optional<double> temperature,
                 bool entropies);
  /// As many rows as working memory for their samples is well spent on.
  std::int64_t rows_at_once(const Shape& row) const;
  /// The times of both predictions are kept under "predict" and mc_name().
  Piece predict(const Dataset& rows, Profiling& profiling);
  /// All of it that the samples took.
  double monte_carlo_seconds() const { return seconds_; }

 private:
  /// As [..., outputs], of a softmax over the last axis.
  Tensor at_temperature(Tensor outputs) const;
  void add_samples(Piece& piece, const Dataset& rows, Profiling& profiling);

  const Sequential& model_;
  MonteCarlo mc_;
  std::optional<double> temperature_;
  std::int64_t outputs_;
  std::int64_t most_rows_;
  bool entropies_;  ///< wanted, and there
  bool keep_samples_;
  double seconds_ = 0;
};

/// Says of a --seed that no layer draws with it.
void note_unused_seed(const Sequential& model, const MonteCarlo& mc, const Common& common, Notes& notes);
/// Says what a person should know of these predictions: samples that are all equal, values that are not
/// finite.
void note_piece(const Piece& piece, const MonteCarlo& mc, Notes& notes);

}  // namespace regulus::cli
