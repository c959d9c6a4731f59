// SPDX-License-Identifier: Apache-2.0
#include "cli/weight_facts.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace regulus::cli {

WeightFacts facts_of(const plan::Parameter& weight) {
  const Tensor value = weight.value();
  WeightFacts facts;
  if (value.size() == 0) return facts;
  const auto zeros = std::count(value.values().begin(), value.values().end(), 0.0f);
  facts.zeros = static_cast<double>(zeros) / static_cast<double>(value.size());
  if (weight.shape().rank() < 2) return facts;
  std::vector<double> squares(static_cast<std::size_t>(weight.shape().back()), 0.0);
  for (std::size_t i = 0; i < value.values().size(); ++i) {
    const auto v = static_cast<double>(value.values()[i]);
    squares[i % squares.size()] += v * v;
  }
  facts.largest_column_norm = std::sqrt(*std::max_element(squares.begin(), squares.end()));
  return facts;
}

}  // namespace regulus::cli
