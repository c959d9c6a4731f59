// SPDX-License-Identifier: Apache-2.0
#include "cli/piece.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace regulus::cli {
namespace {

constexpr std::int64_t kMostRows = 1000;
constexpr std::int64_t kFewestRows = 96;
constexpr std::int64_t kMostSampleValues = std::int64_t{8} << 20;

// -sum p ln p, with 0 ln 0 = 0.
double entropy(const float* p, std::int64_t classes) {
  double sum = 0;
  for (std::int64_t k = 0; k < classes; ++k) {
    const auto value = static_cast<double>(p[k]);
    if (value > 0) sum -= value * std::log(value);
  }
  return sum;
}

// As [rows, outputs], whatever the model's output is.
Tensor as_rows(Tensor outputs, std::int64_t rows) {
  const std::int64_t width = rows > 0 ? outputs.size() / rows : 0;
  return outputs.reshape(Shape{rows, width});
}

}  // namespace

bool is_classifier(const Sequential& model) {
  const Shape output = model.output_shape();
  if (output.rank() != 1 || output.is_open()) return false;  // a softmax of each pixel, say
  const Layer& last = *model.layers().back();
  if (last.class_name() == std::string_view("Softmax")) return true;
  const Value config = last.config();
  const Value* activation = config.find("activation");
  return activation != nullptr && *activation == Value("softmax");
}

PiecePredictor::PiecePredictor(const Sequential& model, const MonteCarlo& mc,
                               std::optional<double> temperature)
    : model_(model),
      mc_(mc),
      temperature_(temperature),
      outputs_(model.output_shape().is_open() ? 1 : model.output_shape().size()),
      classifier_(is_classifier(model)) {}

std::int64_t PiecePredictor::rows_at_once() const {
  if (mc_.samples == 0) return kMostRows;
  return std::clamp(kMostSampleValues / (mc_.samples * std::max<std::int64_t>(outputs_, 1)), kFewestRows,
                    kMostRows);
}

Tensor PiecePredictor::at_temperature(const Tensor& outputs) const {
  if (!temperature_ || !classifier_) return outputs;
  Tensor scaled = outputs;
  for (std::int64_t begin = 0; begin < scaled.size(); begin += outputs_) {
    float* p = scaled.data() + begin;
    double sum = 0;
    for (std::int64_t k = 0; k < outputs_; ++k) {
      p[k] = static_cast<float>(std::pow(static_cast<double>(p[k]), 1 / *temperature_));
      sum += static_cast<double>(p[k]);
    }
    for (std::int64_t k = 0; k < outputs_; ++k) p[k] = static_cast<float>(static_cast<double>(p[k]) / sum);
  }
  return scaled;
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
  for (std::int64_t row = 0; row < count; ++row) {
    const double total = entropy(piece.mean.data() + row * outputs_, outputs_);
    double within = 0;
    for (std::int64_t s = 0; s < mc_.samples; ++s)
      within += entropy(samples.data() + (s * count + row) * outputs_, outputs_);
    within /= static_cast<double>(mc_.samples);
    piece.entropy.push_back(static_cast<float>(total));
    piece.mutual_information.push_back(static_cast<float>(std::max(0.0, total - within)));
  }
}

}  // namespace regulus::cli
