// SPDX-License-Identifier: Apache-2.0
#include "cli/grades.h"

#include <algorithm>
#include <cmath>

#include "regulus/base/error.h"

namespace regulus::cli {
namespace {

// Below it float has few bits left, and none below its square.
constexpr double kTooSmall = 1e-30;

std::size_t at(std::int64_t i) {
  return static_cast<std::size_t>(i);
}

double sigmoid(double x) {
  return x >= 0 ? 1 / (1 + std::exp(-x)) : std::exp(x) / (1 + std::exp(x));
}

// Softmax of a row of logits, or a row of what should be probabilities divided by its sum, as Keras's losses
// do.
void make_probabilities(float* row, std::int64_t count, bool logits) {
  double largest = 0;
  if (logits) largest = static_cast<double>(*std::max_element(row, row + count));
  double sum = 0;
  std::vector<double> p(at(count));
  for (std::int64_t k = 0; k < count; ++k) {
    const auto value = static_cast<double>(row[k]);
    p[at(k)] = logits ? std::exp(value - largest) : value;
    sum += p[at(k)];
  }
  for (std::int64_t k = 0; k < count; ++k) row[k] = static_cast<float>(p[at(k)] / sum);
}

// Two columns from one: {1 - p, p}.
Tensor both_classes(const Tensor& outputs, bool logits) {
  Tensor pairs(Shape{outputs.size(), 2});
  for (std::int64_t r = 0; r < outputs.size(); ++r) {
    const auto output = static_cast<double>(outputs.data()[r]);
    const double p = logits ? sigmoid(output) : output;
    pairs.data()[2 * r] = static_cast<float>(1 - p);
    pairs.data()[2 * r + 1] = static_cast<float>(p);
  }
  return pairs;
}

Tensor class_probabilities(const Tensor& outputs, const Meaning& meaning) {
  if (meaning.outputs == Outputs::kBinary) return both_classes(outputs, meaning.logits);
  Tensor probabilities = outputs;
  const std::int64_t classes = outputs.shape().back();
  if (!meaning.logits && !meaning.divided) return probabilities;
  for (std::int64_t begin = 0; begin < outputs.size(); begin += classes)
    make_probabilities(probabilities.data() + begin, classes, meaning.logits);
  return probabilities;
}

[[noreturn]] void throw_width(std::int64_t expected, std::int64_t found) {
  throw ShapeError({.where = "labels",
                    .what = "they do not fit the model's outputs",
                    .expected = std::to_string(expected) + " a row",
                    .found = std::to_string(found)});
}

// Row r's targets as the model's outputs stand: one class of several is a row of zeros and a one.
std::vector<float> targets_of(const Dataset& rows, std::int64_t r, std::int64_t units) {
  std::vector<float> y(at(units), 0.0f);
  if (rows.has_labels()) {
    const std::int32_t label = rows.labels()[at(r)];
    if (units == 1)
      y[0] = static_cast<float>(label);
    else if (label < units)
      y[at(label)] = 1;
    else
      throw_width(units, label + std::int64_t{1});
    return y;
  }
  if (rows.target_units() == units) {
    const auto first = rows.targets().begin() + r * units;
    std::copy(first, first + units, y.begin());
    return y;
  }
  const auto label = static_cast<double>(rows.targets()[at(r)]);
  if (rows.target_units() != 1 || label < 0 || label >= static_cast<double>(units) ||
      label != std::floor(label))
    throw_width(units, rows.target_units());
  y[at(static_cast<std::int64_t>(label))] = 1;
  return y;
}

}  // namespace

void require_labels(const Dataset& rows, std::int64_t classes) {
  const auto labels = rows.labels();
  for (std::size_t i = 0; i < labels.size(); ++i)
    if (labels[i] >= classes)
      throw DataError({.where = "labels",
                       .what = "the label of row " +
                               std::to_string(rows.first_row() + static_cast<std::int64_t>(i)) +
                               " is out of range",
                       .expected = "0 to " + std::to_string(classes - 1),
                       .found = std::to_string(labels[i])});
}

Grades::Grades(const Meaning& meaning, const std::optional<Loss>& loss) : meaning_(meaning), loss_(loss) {}

void Grades::add(const Tensor& outputs, const Dataset& rows, const Exact& exact) {
  if (rows.num_rows() == 0) return;
  switch (meaning_.outputs) {
    case Outputs::kClasses:
    case Outputs::kBinary: {
      require_labels(rows, meaning_.classes);
      add_classes(class_probabilities(outputs, meaning_), rows, exact);
      break;
    }
    case Outputs::kScores:
      require_labels(rows, meaning_.classes);
      add_scores(outputs, rows);
      break;
    case Outputs::kLabels:
      add_labels(outputs, rows);
      break;
    case Outputs::kNumbers:
      add_numbers(outputs, rows);
      break;
    case Outputs::kArray:
      throw ShapeError(
          {.where = "labels",
           .what = "the model gives more than one position a row, and one label cannot be scored",
           .expected = "outputs (None, units)",
           .fix = "Leave the labels out (--labels none)."});
  }
  rows_ += rows.num_rows();
}

void Grades::add_classes(const Tensor& probabilities, const Dataset& rows, const Exact& exact) {
  const std::int64_t classes = probabilities.shape().back();
  const auto labels = rows.labels();
  sums_.add(probabilities, labels);
  for (std::int64_t r = 0; r < rows.num_rows(); ++r) {
    const float* p = probabilities.data() + r * classes;
    const double small = -log_probability(p[labels[at(r)]]);
    if (exact && static_cast<double>(p[labels[at(r)]]) < kTooSmall) sums_.correct_nll(exact(r) - small);
    for (std::int64_t k = 0; k < classes; ++k) smoothed_ -= log_probability(p[k]);
  }
}

void Grades::add_scores(const Tensor& outputs, const Dataset& rows) {
  const std::vector<std::int32_t> largest = argmax(outputs);
  for (std::size_t r = 0; r < largest.size(); ++r) right_ += largest[r] == rows.labels()[r] ? 1 : 0;
}

void Grades::add_labels(const Tensor& probabilities, const Dataset& rows) {
  const std::int64_t units = probabilities.shape().back();
  for (std::int64_t r = 0; r < rows.num_rows(); ++r) {
    const std::vector<float> y = targets_of(rows, r, units);
    for (std::int64_t k = 0; k < units; ++k) {
      const auto output = static_cast<double>(probabilities.data()[r * units + k]);
      const double p = meaning_.logits ? sigmoid(output) : output;
      const auto target = static_cast<double>(y[at(k)]);
      right_ += (p > 0.5) == (target > 0.5) ? 1.0 / static_cast<double>(units) : 0.0;
      cross_entropy_ -= (target * log_probability(static_cast<float>(p)) +
                         (1 - target) * log_probability(static_cast<float>(1 - p))) /
                        static_cast<double>(units);
    }
  }
}

void Grades::add_numbers(const Tensor& outputs, const Dataset& rows) {
  const std::int64_t units = outputs.shape().back();
  const std::int64_t given = rows.has_labels() ? 1 : rows.target_units();
  if (given != units) throw_width(units, given);
  if (!rows.has_labels()) return numbers_.add(outputs, rows.targets());
  const auto labels = rows.labels();
  numbers_.add(outputs, std::vector<float>(labels.begin(), labels.end()));
}

std::vector<std::pair<std::string, double>> Grades::grades() const {
  if (rows_ == 0) return {};
  const auto rows = static_cast<double>(rows_);
  switch (meaning_.outputs) {
    case Outputs::kClasses:
    case Outputs::kBinary: {
      const Scores scores = sums_.scores();
      const double halves = meaning_.outputs == Outputs::kBinary ? 2 : 1;
      return {{"accuracy", scores.accuracy},
              {"NLL", scores.nll},
              {"Brier", scores.brier / halves},
              {"ECE", scores.ece}};
    }
    case Outputs::kScores:
      return {{"accuracy", right_ / rows}};
    case Outputs::kLabels:
      return {{"accuracy", right_ / rows}, {"BCE", cross_entropy_ / rows}};
    default:
      break;
  }
  const RegressionScores scores = numbers_.scores();
  return {{"R2", scores.r2}, {"RMSE", scores.rmse}, {"MAE", scores.mae}};
}

std::optional<double> Grades::loss() const {
  if (rows_ == 0) return std::nullopt;
  const auto rows = static_cast<double>(rows_);
  switch (meaning_.outputs) {
    case Outputs::kClasses:
    case Outputs::kBinary: {
      const double nll = sums_.scores().nll;
      const double smoothing = loss_ ? loss_->spec().label_smoothing : 0;
      return (1 - smoothing) * nll + smoothing * smoothed_ / rows / static_cast<double>(meaning_.classes);
    }
    case Outputs::kLabels:
      return cross_entropy_ / rows;
    case Outputs::kNumbers: {
      if (!loss_) return std::nullopt;
      const RegressionScores scores = numbers_.scores();
      return loss_->spec().loss == kernels::Loss::kMeanAbsoluteError ? scores.mae : scores.mse;
    }
    default:
      return std::nullopt;
  }
}

}  // namespace regulus::cli
