// SPDX-License-Identifier: Apache-2.0
#include "cli/scores.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "cli/output.h"
#include "regulus/base/names.h"

namespace regulus::cli {
namespace {

constexpr double kSmallest = std::numeric_limits<float>::min();
constexpr std::size_t kNameColumns = 16;
constexpr std::size_t kScoreColumns = 9;

}  // namespace

std::size_t ScoreSums::bin_of(double confidence) {
  const auto upper = static_cast<std::ptrdiff_t>(std::ceil(confidence * kBins));
  return static_cast<std::size_t>(std::clamp(upper - 1, std::ptrdiff_t{0}, std::ptrdiff_t{kBins - 1}));
}

void ScoreSums::add(const Tensor& probabilities, std::span<const std::int32_t> labels) {
  if (labels.empty()) return;
  const std::vector<std::int32_t> predicted = argmax(probabilities);
  const auto classes = static_cast<std::size_t>(probabilities.shape().back());
  for (std::size_t r = 0; r < labels.size(); ++r) {
    const std::span<const float> p = probabilities.values().subspan(r * classes, classes);
    const auto label = static_cast<std::size_t>(labels[r]);
    const double hit = predicted[r] == labels[r] ? 1 : 0;
    const double confidence = p[static_cast<std::size_t>(predicted[r])];
    sums_.accuracy += hit;
    sums_.nll -= std::log(std::max<double>(p[label], kSmallest));
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

Value::Dict scores_json(const Scores& scores) {
  return {{"accuracy", scores.accuracy}, {"nll", scores.nll}, {"brier", scores.brier}, {"ece", scores.ece}};
}

std::string scores_header() {
  std::string line(kNameColumns, ' ');
  for (const char* name : {"accuracy", "NLL", "Brier", "ECE"}) line += right(name, kScoreColumns);
  return line + '\n';
}

std::string scores_line(const std::string& name, const Scores& scores, const std::string& note) {
  std::string line = left(name, kNameColumns);
  for (const double value : {scores.accuracy, scores.nll, scores.brier, scores.ece})
    line += right(fixed(value, 4), kScoreColumns);
  return line + (note.empty() ? "" : "  " + note) + '\n';
}

std::string passes_note(std::int64_t passes, double seconds) {
  return with_commas(passes) + " passes in " + fixed(seconds, seconds < 10 ? 2 : 0) + " s";
}

}  // namespace regulus::cli
