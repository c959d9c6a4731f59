// SPDX-License-Identifier: Apache-2.0
#include "cli/scores.h"

#include "cli/output.h"
#include "regulus/base/names.h"

namespace regulus::cli {
namespace {

constexpr std::size_t kNameColumns = 16;
constexpr std::size_t kScoreColumns = 9;

}  // namespace

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
