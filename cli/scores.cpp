// SPDX-License-Identifier: Apache-2.0
#include "cli/scores.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "cli/columns.h"
#include "cli/output.h"
#include "regulus/base/names.h"

namespace regulus::cli {
namespace {

constexpr double kSmallest = std::numeric_limits<float>::min();
constexpr std::size_t kNameColumns = 15;
constexpr std::size_t kScoreColumns = 7;

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
  return std::log(std::max(static_cast<double>(p), kSmallest));
}

std::vector<std::pair<std::string, double>> named(const Scores& scores) {
  return {{"accuracy", scores.accuracy}, {"NLL", scores.nll}, {"Brier", scores.brier}, {"ECE", scores.ece}};
}

Value::Dict scores_json(const std::vector<std::pair<std::string, double>>& scores) {
  Value::Dict document;
  for (auto [name, value] : scores) {
    for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    document.emplace_back(std::move(name), value);
  }
  return document;
}

std::string scores_table(const std::vector<ScoreLine>& lines) {
  const bool notes =
      std::any_of(lines.begin(), lines.end(), [](const auto& line) { return !line.note.empty(); });
  Cells titles = {std::string(kNameColumns, ' ')};
  std::string align = "l";
  for (const auto& [title, value] : lines.front().scores) {
    titles.push_back(right(title, kScoreColumns));
    align += 'r';
  }
  if (notes) titles.emplace_back();
  if (notes) align += 'l';
  std::vector<Cells> rows;
  for (const ScoreLine& line : lines) {
    Cells cells = {line.name};
    for (const auto& [title, value] : line.scores) cells.push_back(fixed(value, 4));
    if (notes) cells.push_back(line.note);
    rows.push_back(std::move(cells));
  }
  return table(titles, rows, align);
}

std::string passes_note(std::int64_t passes, double seconds) {
  return with_commas(passes) + " passes in " + fixed(seconds, seconds < 10 ? 2 : 0) + " s";
}

}  // namespace regulus::cli
