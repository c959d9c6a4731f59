// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "regulus/base/value.h"
#include "regulus/uncertainty/scores.h"

namespace regulus::cli {

/// A line of the table that compares predictions: a name, its scores under their titles, perhaps a note.
struct ScoreLine {
  std::string name;
  std::vector<std::pair<std::string, double>> scores;
  std::string note = {};
};
std::string scores_table(const std::vector<ScoreLine>& lines);
std::vector<std::pair<std::string, double>> named(const Scores& scores);
/// {"accuracy": …}: the titles in lower case.
Value::Dict scores_json(const std::vector<std::pair<std::string, double>>& scores);

/// "1,000,000 passes in 0.7 s".
std::string passes_note(std::int64_t passes, double seconds);

}  // namespace regulus::cli
