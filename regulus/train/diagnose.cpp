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

// `"dense_1" kernel`, or "" if every weight is finite.
std::string first_bad_weight(const Sequential& model) {
  for (const LayerPtr& layer : model.layers())
    for (const plan::ParameterPtr& weight : layer->weights())
      if (!finite(weight->value().values())) return "\"" + layer->name() + "\" " + weight->name();
  return "";
}

// The first of the rows that holds a NaN or an infinity; -1 if none does.
std::int64_t first_bad_row(const Dataset& data, std::span<const std::uint32_t> rows) {
  for (const std::uint32_t row : rows)
    if (!finite(data.slice(row, std::int64_t{row} + 1).to_tensor().values())) return row;
  return -1;
}

}  // namespace

void throw_not_finite(const std::string& where, Sequential& model, const Dataset& data,
                      std::span<const std::uint32_t> rows) {
  std::string what = "loss is not finite";
  std::string fix = "The weights before this step are kept. ";
  if (const std::int64_t row = first_bad_row(data, rows); row >= 0) {
    what += " (row " + std::to_string(row) + " of the data holds a NaN or an infinity)";
    fix += "Mend the data.";
  } else {
    if (const std::string weight = first_bad_weight(model); !weight.empty())
      what += " (first in " + weight + ")";
    fix += "Try a smaller learning_rate (now " + number_text(model.optimizer().learning_rate()) + ").";
  }
  throw NumericError({.where = where, .what = what, .expected = "", .found = "", .fix = fix});
}

}  // namespace regulus
