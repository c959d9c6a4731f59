// SPDX-License-Identifier: Apache-2.0
#include "regulus/train/temperature.h"

#include <algorithm>
#include <cmath>

#include "regulus/base/check.h"
#include "regulus/base/error.h"
#include "regulus/base/float_environment.h"
#include "regulus/base/natural.h"

namespace regulus {

bool is_classifier(const Sequential& model) {
  if (model.layers().empty()) return false;
  const Layer& last = *model.layers().back();
  if (last.class_name() == std::string_view("Softmax")) return true;
  const Value config = last.config();
  const Value* activation = config.find("activation");
  return activation != nullptr && *activation == Value("softmax");
}

void at_temperature(std::span<float> probabilities, std::int64_t classes, double temperature) {
  const StandardFloats floats;
  if (temperature == 1) return;
  for (std::size_t begin = 0; begin < probabilities.size(); begin += static_cast<std::size_t>(classes)) {
    const std::span<float> p = probabilities.subspan(begin, static_cast<std::size_t>(classes));
    // From the largest, which then is 1: however small T is, something is left to divide by.
    const double most = natural_log(static_cast<double>(*std::max_element(p.begin(), p.end())));
    double sum = 0;
    for (float& value : p) {
      const double power = natural_exp((natural_log(static_cast<double>(value)) - most) / temperature);
      value = static_cast<float>(power);
      sum += power;
    }
    for (float& value : p) value = static_cast<float>(static_cast<double>(value) / sum);
  }
}

Tensor at_temperature(Tensor probabilities, double temperature) {
  if (probabilities.size() > 0)
    at_temperature({probabilities.data(), static_cast<std::size_t>(probabilities.size())},
                   probabilities.shape().back(), temperature);
  return probabilities;
}

void require_temperature(const std::string& where, const Sequential& model, double temperature) {
  require_number(std::isfinite(temperature) && temperature > 0, where,
                 "temperature must be finite and greater than 0", temperature);
  if (!is_classifier(model))
    throw ConfigError({.where = where, .what = "a temperature is for models that end in softmax"});
}

}  // namespace regulus
