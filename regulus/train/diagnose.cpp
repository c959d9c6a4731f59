// SPDX-License-Identifier: Apache-2.0
#include "regulus/train/diagnose.h"

#include <algorithm>
#include <cmath>

#include "regulus/base/check.h"
#include "regulus/base/error.h"

namespace regulus {
namespace {

bool finite(std::span<const float> values) {
  return std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); });
}

// The first of the rows that holds a NaN or an infinity; -1 if none does.
std::int64_t first_bad_row(const Dataset& data, std::span<const std::uint32_t> rows) {
  for (const std::uint32_t row : rows)
    if (!finite(data.slice(row, std::int64_t{row} + 1).to_tensor().values())) return row;
  return -1;
}

}  // namespace

std::string first_bad_weight(const std::vector<LayerPtr>& layers) {
  for (const LayerPtr& layer : layers)
    for (const plan::ParameterPtr& weight : layer->weights())
      if (!finite(weight->value().values())) return "\"" + layer->name() + "\" " + weight->name();
  return "";
}

namespace {

const char* what_of(StepEnd end) {
  switch (end) {
    case StepEnd::kPenaltyNotFinite:
      return "the penalty is not finite";
    case StepEnd::kWeightsNotFinite:
      return "the update makes weights infinite or NaN";
    case StepEnd::kAveragesNotFinite:
      return "the batch makes moving averages infinite or NaN";
    default:
      return "loss is not finite";
  }
}

std::string fix_of(StepEnd end, const ModelState& model) {
  if (end == StepEnd::kPenaltyNotFinite) return "Try smaller regularizers.";
  if (end == StepEnd::kAveragesNotFinite) return "Scale the data.";
  return "Try a smaller learning_rate (now " + number_text((*model.optimizer)->learning_rate()) + ").";
}

}  // namespace

void throw_not_finite(const std::string& where, const ModelState& model, const Trainer& trainer, StepEnd end,
                      const Dataset& data, std::int64_t step) {
  std::string what = what_of(end);
  std::string fix = "The weights before this step are kept. ";
  if (const std::int64_t row = first_bad_row(data, trainer.rows_of(step)); row >= 0) {
    what += " (row " + std::to_string(row) + " of the data holds a NaN or an infinity)";
    fix += "Mend the data.";
  } else {
    const bool taken_back = end == StepEnd::kWeightsNotFinite || end == StepEnd::kAveragesNotFinite;
    const std::string weight = taken_back ? trainer.bad_weight() : first_bad_weight(model.layers);
    if (!weight.empty()) what += " (first in " + weight + ")";
    fix += fix_of(end, model);
  }
  throw NumericError({.where = where, .what = what, .fix = fix});
}

}  // namespace regulus
