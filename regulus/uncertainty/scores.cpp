// SPDX-License-Identifier: Apache-2.0
#include "regulus/uncertainty/scores.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "regulus/base/error.h"
#include "regulus/base/float_environment.h"
#include "regulus/base/natural.h"

namespace regulus {
namespace {

constexpr double kSmallest = std::numeric_limits<float>::min();

void require_rows(const Tensor& predictions, std::size_t truths, std::int64_t a_row, const char* name) {
  if (predictions.shape().rank() != 2)
    throw ShapeError({.where = "scores",
                      .what = "predictions must have two axes",
                      .expected = "(rows, outputs)",
                      .found = to_string(predictions.shape())});
  const std::int64_t wanted = predictions.shape()[0] * a_row;
  if (static_cast<std::int64_t>(truths) != wanted)
    throw ShapeError({.where = "scores",
                      .what = std::string("wrong number of ") + name,
                      .expected = std::to_string(wanted),
                      .found = std::to_string(truths)});
}

}  // namespace

std::size_t ScoreSums::bin_of(double confidence) {
  const auto upper = static_cast<std::ptrdiff_t>(std::ceil(confidence * kBins));
  return static_cast<std::size_t>(std::clamp(upper - 1, std::ptrdiff_t{0}, std::ptrdiff_t{kBins - 1}));
}

void ScoreSums::add(const Tensor& probabilities, std::span<const std::int32_t> labels) {
  const StandardFloats floats;
  require_rows(probabilities, labels.size(), 1, "labels");
  if (labels.empty()) return;
  const std::vector<std::int32_t> predicted = argmax(probabilities);
  const auto classes = static_cast<std::size_t>(probabilities.shape().back());
  for (std::size_t r = 0; r < labels.size(); ++r)
    if (labels[r] < 0 || static_cast<std::size_t>(labels[r]) >= classes)
      throw DataError({.where = "scores",
                       .what = "the label of row " + std::to_string(r) + " is out of range",
                       .expected = "0 to " + std::to_string(classes - 1),
                       .found = std::to_string(labels[r])});
  for (std::size_t r = 0; r < labels.size(); ++r) {
    const std::span<const float> p = probabilities.values().subspan(r * classes, classes);
    const auto label = static_cast<std::size_t>(labels[r]);
    const double hit = predicted[r] == labels[r] ? 1 : 0;
    const double confidence = p[static_cast<std::size_t>(predicted[r])];
    sums_.accuracy += hit;
    sums_.nll -= log_probability(p[label]);
    for (std::size_t k = 0; k < classes; ++k) {
      const double error = p[k] - (k == label ? 1.0 : 0.0);
      sums_.brier += error * error;
    }
    Bin& bin = bins_[bin_of(confidence)];
    bin.rows += 1;
    bin.right += hit;
    bin.confidence += confidence;
  }
  rows_ += static_cast<std::int64_t>(labels.size());
}

Scores ScoreSums::scores() const {
  if (rows_ == 0) return {};
  double ece = 0;
  for (const Bin& bin : bins_) ece += std::abs(bin.right - bin.confidence);
  const auto rows = static_cast<double>(rows_);
  return {sums_.accuracy / rows, sums_.nll / rows, sums_.brier / rows, ece / rows};
}

Scores score(const Tensor& probabilities, std::span<const std::int32_t> labels) {
  ScoreSums sums;
  sums.add(probabilities, labels);
  return sums.scores();
}

double log_probability(float p) {
  return natural_log(std::max<double>(p, kSmallest));
}

void RegressionSums::add(const Tensor& predictions, std::span<const float> targets) {
  const StandardFloats floats;
  const std::int64_t width = predictions.shape().rank() == 2 ? predictions.shape()[1] : 1;
  require_rows(predictions, targets.size(), width, "targets");
  if (rows_ == 0) outputs_.assign(static_cast<std::size_t>(width), {});
  if (static_cast<std::int64_t>(outputs_.size()) != width)
    throw ShapeError({.where = "scores",
                      .what = "another number of outputs than before",
                      .expected = std::to_string(outputs_.size()),
                      .found = std::to_string(width)});
  std::size_t at = 0;
  for (std::int64_t r = 0; r < predictions.shape()[0]; ++r) {
    ++rows_;
    for (Output& output : outputs_) {
      const auto target = static_cast<double>(targets[at]);
      const double error = static_cast<double>(predictions.values()[at]) - target;
      output.squares += error * error;
      output.absolutes += std::abs(error);
      const double deviation = target - output.mean;
      output.mean += deviation / static_cast<double>(rows_);
      output.m2 += deviation * (target - output.mean);
      ++at;
    }
  }
}

RegressionScores RegressionSums::scores() const {
  RegressionScores scores;
  if (rows_ == 0 || outputs_.empty()) return scores;
  const auto rows = static_cast<double>(rows_);
  for (const Output& output : outputs_) {
    scores.r2 += output.m2 > 0 ? 1 - output.squares / output.m2 : output.squares == 0 ? 1.0 : 0.0;
    scores.rmse += std::sqrt(output.squares / rows);
    scores.mae += output.absolutes / rows;
    scores.mse += output.squares / rows;
  }
  const auto outputs = static_cast<double>(outputs_.size());
  return {scores.r2 / outputs, scores.rmse / outputs, scores.mae / outputs, scores.mse / outputs};
}

RegressionScores regression_score(const Tensor& predictions, std::span<const float> targets) {
  RegressionSums sums;
  sums.add(predictions, targets);
  return sums.scores();
}

}  // namespace regulus
