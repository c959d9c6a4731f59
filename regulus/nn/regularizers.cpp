// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/regularizers.h"

#include <cmath>
#include <utility>
#include <vector>

#include "regulus/base/check.h"
#include "regulus/base/config_reader.h"
#include "regulus/base/error.h"
#include "regulus/nn/identifier.h"
#include "regulus/plan/weights/orthogonal.h"

namespace regulus {
namespace {

constexpr std::string_view kClasses[] = {"L1", "L2", "L1L2", "OrthogonalRegularizer"};
// What an identifier may mean: L1L2 has a name of its own, see below.
constexpr std::string_view kIdentifiers[] = {"L1", "L2", "l1_l2", "OrthogonalRegularizer"};

double checked(const char* class_name, const char* key, double factor) {
  require_number(factor >= 0 && std::isfinite(factor), class_name,
                 std::string(key) + " must be finite and >= 0", factor);
  return factor;
}

Regularizer from_identifier(const std::string& identifier) {
  if (identifier == "l1l2" || identifier == "L1L2")
    throw ConfigError({.where = "Regularizer",
                       .what = "\"" + identifier + "\" is refused, because Keras reads it as factors of 0",
                       .fix = "Write \"l1_l2\", or l1_l2 with the factors you want."});
  const std::string known = resolve_identifier("Regularizer", identifier, kIdentifiers);
  return known == "l1_l2" ? l1_l2() : Regularizer::from_config(known, Value::Dict{});
}

}  // namespace

Regularizer::Regularizer(std::string class_name, plan::Penalty penalty)
    : class_name_(std::move(class_name)), penalty_(penalty) {}

Regularizer::Regularizer(const std::string& identifier) : Regularizer(from_identifier(identifier)) {}

Regularizer Regularizer::from_config(const std::string& class_name, const Value& config) {
  const std::string known = resolve_identifier("Regularizer", class_name, kClasses);
  ConfigReader reader(known, config);
  Regularizer regularizer;
  if (known == "L1") {
    regularizer = l1(reader.number("l1", 0.01));
  } else if (known == "L2") {
    regularizer = l2(reader.number("l2", 0.01));
  } else if (known == "L1L2") {
    const double first = reader.number("l1", 0);
    regularizer = l1_l2({.l1 = first, .l2 = reader.number("l2", 0)});
  } else {
    const double factor = reader.number("factor", 0.01);
    regularizer = orthogonal_regularizer({.factor = factor, .mode = reader.text("mode", "rows")});
  }
  reader.finish();
  return regularizer;
}

Value Regularizer::config() const {
  if (none()) return nullptr;
  if (class_name_ == "L1") return Value::Dict{{"l1", penalty_.l1}};
  if (class_name_ == "L2") return Value::Dict{{"l2", penalty_.l2}};
  if (class_name_ == "L1L2") return Value::Dict{{"l1", penalty_.l1}, {"l2", penalty_.l2}};
  return Value::Dict{{"factor", penalty_.orthogonal},
                     {"mode", penalty_.orthogonal_columns ? "columns" : "rows"}};
}

double Regularizer::operator()(const Tensor& w) const {
  double sum = 0;
  double squares = 0;
  for (const float value : w.values()) {
    sum += std::fabs(static_cast<double>(value));
    squares += static_cast<double>(value) * static_cast<double>(value);
  }
  double total = penalty_.l1 * sum + penalty_.l2 * squares;
  if (class_name_ != "OrthogonalRegularizer") return total;
  if (w.shape().rank() != 2)
    throw ShapeError(
        {.where = class_name_, .what = "the array must have rank 2", .found = to_string(w.shape())});
  const bool columns = penalty_.orthogonal_columns;
  const std::int64_t count = w.shape()[columns ? 1 : 0];
  const std::int64_t length = w.shape()[columns ? 0 : 1];
  std::vector<double> vectors(static_cast<std::size_t>(w.size()));
  for (std::int64_t i = 0; i < count; ++i)
    for (std::int64_t c = 0; c < length; ++c)
      vectors[static_cast<std::size_t>(i * length + c)] =
          static_cast<double>(w.data()[columns ? c * count + i : i * length + c]);
  return penalty_.orthogonal * plan::orthogonal_penalty<double>(vectors.data(), count, length, nullptr);
}

Regularizer l1(double factor) {
  plan::Penalty penalty;
  penalty.l1 = checked("L1", "l1", factor);
  return Regularizer("L1", penalty);
}

Regularizer l2(double factor) {
  plan::Penalty penalty;
  penalty.l2 = checked("L2", "l2", factor);
  return Regularizer("L2", penalty);
}

Regularizer l1_l2(L1L2Factors factors) {
  plan::Penalty penalty;
  penalty.l1 = checked("L1L2", "l1", factors.l1);
  penalty.l2 = checked("L1L2", "l2", factors.l2);
  return Regularizer("L1L2", penalty);
}

Regularizer orthogonal_regularizer(OrthogonalFactors factors) {
  plan::Penalty penalty;
  penalty.orthogonal = checked("OrthogonalRegularizer", "factor", factors.factor);
  if (factors.mode != "rows" && factors.mode != "columns")
    throw ConfigError({.where = "OrthogonalRegularizer",
                       .what = "mode must be \"rows\" or \"columns\", got \"" + factors.mode + "\""});
  penalty.orthogonal_columns = factors.mode == "columns";
  return Regularizer("OrthogonalRegularizer", penalty);
}

}  // namespace regulus
