// SPDX-License-Identifier: Apache-2.0
#include "cli/piece.h"

#include <algorithm>
#include <utility>

#include "regulus/train/temperature.h"
#include "regulus/uncertainty/samples.h"

namespace regulus::cli {
namespace {

constexpr std::int64_t kMostRows = 1000;
constexpr std::int64_t kFewestRows = 96;
constexpr std::int64_t kMostSampleValues = std::int64_t{8} << 20;

// As [rows, outputs], whatever the model's output is.
Tensor as_rows(Tensor outputs, std::int64_t rows) {
  const std::int64_t width = rows > 0 ? outputs.size() / rows : 0;
  return outputs.reshape(Shape{rows, width});
}

}  // namespace

PiecePredictor::PiecePredictor(const Sequential& model, const MonteCarlo& mc,
                               std::optional<double> temperature)
    : model_(model),
      mc_(mc),
      temperature_(temperature),
      outputs_(model.output_shape().size()),
      classifier_(is_classifier(model)) {}

std::int64_t PiecePredictor::rows_at_once() const {
  if (mc_.samples == 0) return kMostRows;
  return std::clamp(kMostSampleValues / (mc_.samples * std::max<std::int64_t>(outputs_, 1)), kFewestRows,
                    kMostRows);
}

Tensor PiecePredictor::at_temperature(Tensor outputs) const {
  return temperature_ && classifier_ ? regulus::at_temperature(std::move(outputs), *temperature_)
                                     : std::move(outputs);
}

Piece PiecePredictor::predict(const Dataset& rows) const {
  Piece piece;
  piece.first = rows.first_row();
  piece.prediction = at_temperature(as_rows(model_(rows), rows.num_rows()));
  if (rows.has_labels()) piece.labels.assign(rows.labels().begin(), rows.labels().end());
  if (mc_.samples > 0) add_samples(piece, rows);
  return piece;
}

void PiecePredictor::add_samples(Piece& piece, const Dataset& rows) const {
  McPrediction mc = model_.predict_mc(
      rows, {.samples = static_cast<int>(mc_.samples), .masks = mc_.masks, .keep_samples = classifier_});
  const std::int64_t count = rows.num_rows();
  piece.mean = as_rows(std::move(mc.mean), count);
  piece.std = as_rows(std::move(mc.std), count);
  if (!classifier_) return;
  const Tensor samples = at_temperature(mc.samples);
  if (temperature_) {
    piece.mean = as_rows(mean(samples), count);
    piece.std = as_rows(std_dev(samples), count);
  }
  const std::vector<double> total = entropy(piece.mean);
  const std::vector<double> information =
      mutual_information(piece.mean, samples.reshape(Shape{mc_.samples, count, outputs_}));
  piece.entropy.assign(total.begin(), total.end());
  piece.mutual_information.assign(information.begin(), information.end());
}

}  // namespace regulus::cli
