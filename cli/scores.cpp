// SPDX-License-Identifier: Apache-2.0
#include "cli/scores.h"

#include <algorithm>

#include "cli/columns.h"
#include "cli/output.h"
#include "regulus/base/names.h"

namespace regulus::cli {
namespace {

constexpr std::size_t kNameColumns = 15;
constexpr std::size_t kScoreColumns = 7;

}  // namespace

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
