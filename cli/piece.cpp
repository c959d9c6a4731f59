// SPDX-License-Identifier: Apache-2.0
#include "cli/piece.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "cli/meaning.h"
#include "cli/model.h"
#include "regulus/train/temperature.h"
#include "regulus/uncertainty/samples.h"

namespace regulus::cli {
namespace {

constexpr std::int64_t kMostEntropies = 1000;
constexpr std::int64_t kMostScored = 10'000;  // where nothing is kept of a row
constexpr std::int64_t kFewestRows = 96;
constexpr std::int64_t kMostInputValues = std::int64_t{16} << 20;
constexpr std::int64_t kMostSampleValues = std::int64_t{8} << 20;

// As [rows, outputs], whatever the model's output is.
Tensor as_rows(Tensor outputs, std::int64_t rows) {
  const std::int64_t width = rows > 0 ? outputs.size() / rows : 0;
  return outputs.reshape(Shape{rows, width});
}

}  // namespace

PiecePredictor::PiecePredictor(const Sequential& model, const MonteCarlo& mc,
                               std::optional<double> temperature, bool entropies)
    : model_(model),
      mc_(mc),
      temperature_(temperature),
      outputs_(model.output_shape().is_open() ? 1 : model.output_shape().size()),
      most_rows_(entropies ? kMostEntropies : kMostScored),
      entropies_(entropies && gives_classes(model)),
      keep_samples_(entropies_ || temperature) {
  if (temperature) require_temperature("temperature", model, *temperature);
}

std::int64_t PiecePredictor::rows_at_once(const Shape& row) const {
  const std::int64_t width = std::max<std::int64_t>(row.size(), 1);
  const std::int64_t most = std::clamp<std::int64_t>(kMostInputValues / width, 1, most_rows_);
  if (!keep_samples_ || mc_.samples == 0) return most;
  const std::int64_t fitting = kMostSampleValues / (mc_.samples * std::max<std::int64_t>(outputs_, 1));
  return std::min(most, std::max(fitting, kFewestRows));
}

Tensor PiecePredictor::at_temperature(Tensor outputs) const {
  return temperature_ ? regulus::at_temperature(std::move(outputs), *temperature_) : std::move(outputs);
}

Piece PiecePredictor::predict(const Dataset& rows, Profiling& profiling) {
  Piece piece;
  piece.first = rows.first_row();
  piece.prediction = as_rows(at_temperature(model_(rows, {.profile = profiling.report()})), rows.num_rows());
  profiling.keep("predict");
  if (rows.has_labels()) piece.labels.assign(rows.labels().begin(), rows.labels().end());
  if (rows.has_targets())
    piece.targets = Tensor(Shape{rows.num_rows(), rows.target_units()},
                           std::vector<float>(rows.targets().begin(), rows.targets().end()));
  if (mc_.samples > 0) add_samples(piece, rows, profiling);
  return piece;
}

void PiecePredictor::add_samples(Piece& piece, const Dataset& rows, Profiling& profiling) {
  const Stopwatch watch;
  McPrediction mc = model_.predict_mc(rows, {.samples = static_cast<int>(mc_.samples),
                                             .seed = {},
                                             .masks = mc_.masks,
                                             .keep_samples = keep_samples_,
                                             .profile = profiling.report()});
  seconds_ += watch.seconds();
  profiling.keep(mc_name(mc_));
  const std::int64_t count = rows.num_rows();
  piece.stochastic = mc.stochastic;
  piece.mean = as_rows(std::move(mc.mean), count);
  piece.std = as_rows(std::move(mc.std), count);
  if (!keep_samples_) return;
  const Tensor samples = at_temperature(std::move(mc.samples));
  if (temperature_) {
    piece.mean = as_rows(mean(samples), count);
    piece.std = as_rows(std_dev(samples), count);
  }
  if (!entropies_) return;
  const std::vector<double> total = entropy(piece.mean);
  const std::vector<double> information =
      mutual_information(piece.mean, samples.reshape(Shape{mc_.samples, count, outputs_}));
  piece.entropy.assign(total.begin(), total.end());
  piece.mutual_information.assign(information.begin(), information.end());
}

void note_unused_seed(const Sequential& model, const MonteCarlo& mc, const Common& common, Notes& notes) {
  const auto& layers = model.layers();
  const bool drawn = std::any_of(layers.begin(), layers.end(), [&](const LayerPtr& layer) {
    return layer->always_on() || (layer->stochastic() && mc.samples > 0);
  });
  if (drawn) return;
  note_seed(common, mc.samples > 0 ? "no layer draws." : "nothing is drawn without --mc.", notes);
}

void note_piece(const Piece& piece, const MonteCarlo& mc, Notes& notes) {
  if (mc.samples > 0 && !piece.stochastic)
    notes.add("--mc: the model has no layer that draws (dropout, noise), so all " + mc_name(mc) +
              " are the prediction itself.");
  const auto values = piece.best().values();
  const auto bad = std::find_if(values.begin(), values.end(), [](float x) { return !std::isfinite(x); });
  if (bad == values.end()) return;
  const std::int64_t row = piece.first + (bad - values.begin()) / piece.outputs();
  notes.add_once("not finite",
                 "some predictions are not finite, first that of row " + std::to_string(row) + '.');
}

}  // namespace regulus::cli
