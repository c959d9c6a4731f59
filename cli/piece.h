// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/options.h"
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

  std::int64_t rows() const { return prediction.shape()[0]; }
  std::int64_t outputs() const { return prediction.shape()[1]; }
  bool has_samples() const { return mean.size() > 0; }
  /// The mean of the samples, or else the prediction.
  const Tensor& best() const { return has_samples() ? mean : prediction; }
};

/// Predicts pieces of a file as one prediction of the whole file would.
class PiecePredictor {
 public:
  /// temperature: the probabilities p become p^(1/T), normalised: the softmax of logits / T.
  PiecePredictor(const Sequential& model, const MonteCarlo& mc, std::optional<double> temperature);
  /// As many rows as working memory for their samples is well spent on.
  std::int64_t rows_at_once() const;
  Piece predict(const Dataset& rows) const;

 private:
  Tensor at_temperature(Tensor outputs) const;
  void add_samples(Piece& piece, const Dataset& rows) const;

  const Sequential& model_;
  MonteCarlo mc_;
  std::optional<double> temperature_;
  std::int64_t outputs_;
  bool classifier_;
};

}  // namespace regulus::cli
