// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/losses.h"

#include <cmath>
#include <utility>

#include "regulus/base/check.h"
#include "regulus/base/config_reader.h"
#include "regulus/base/error.h"
#include "regulus/base/float_environment.h"
#include "regulus/base/names.h"
#include "regulus/nn/identifier.h"
#include "regulus/nn/row_loss.h"

namespace regulus {
namespace {

using Kind = kernels::Loss;

// In the order of kernels::Loss.
constexpr std::string_view kClasses[] = {"SparseCategoricalCrossentropy", "CategoricalCrossentropy",
                                         "BinaryCrossentropy", "MeanSquaredError", "MeanAbsoluteError"};
static_assert(std::size(kClasses) == kernels::kNumLosses);
constexpr const char* kReduction = "sum_over_batch_size";
constexpr Alias kAliases[] = {{"mse", "MeanSquaredError"},   {"MSE", "MeanSquaredError"},
                              {"mae", "MeanAbsoluteError"},  {"MAE", "MeanAbsoluteError"},
                              {"bce", "BinaryCrossentropy"}, {"BCE", "BinaryCrossentropy"}};

bool is_crossentropy(Kind kind) {
  return kind <= Kind::kBinaryCrossentropy;
}

Loss make(Kind kind, const losses::CrossentropyOptions& options) {
  const std::string class_name(kClasses[static_cast<std::size_t>(kind)]);
  const double smoothing = options.label_smoothing;
  require_number(smoothing >= 0 && smoothing <= 1, class_name, "label_smoothing must be in [0, 1]",
                 smoothing);
  return Loss(class_name, {kind, options.from_logits, smoothing});
}

[[noreturn]] void throw_shape(const std::string& where, const char* what, const std::string& expected,
                              const Shape& found) {
  throw ShapeError({.where = where, .what = what, .expected = expected, .found = to_string(found)});
}

std::int32_t label_at(const std::string& where, const Tensor& y_true, std::int64_t row, std::int64_t units) {
  const float label = y_true.data()[row];
  if (label >= 0 && label < static_cast<float>(units) && label == std::floor(label))
    return static_cast<std::int32_t>(label);
  throw DataError({.where = where,
                   .what = "the label of row " + std::to_string(row) + " must be a whole number in [0, " +
                           std::to_string(units) + "), got " + number_text(static_cast<double>(label))});
}

}  // namespace

Loss::Loss(std::string class_name, plan::LossSpec spec)
    : class_name_(std::move(class_name)), spec_(std::move(spec)) {}

Loss::Loss(const std::string& identifier)
    : Loss(from_config(resolve_identifier("Loss", identifier, kClasses, kAliases), Value::Dict{})) {}

Loss Loss::from_config(const std::string& class_name, const Value& config) {
  const std::string known = resolve_identifier("Loss", class_name, kClasses, kAliases);
  std::size_t number = 0;
  while (kClasses[number] != known) ++number;
  const auto kind = static_cast<Kind>(number);
  ConfigReader reader(known, config);
  reader.ignore("name");
  reader.ignore("fn");  // of Keras 2, which says the class again
  // Keras 2 calls its default "auto"; "mean" is another word for it. Null is none: a loss of each row.
  const Value* reduction = reader.find("reduction");
  if (!reduction || (*reduction != Value("auto") && *reduction != Value("mean")))
    reader.require_only_not_null("reduction", kReduction);
  reader.require_only("dtype", "float32");
  losses::CrossentropyOptions options;
  if (is_crossentropy(kind)) {
    options.from_logits = reader.flag("from_logits", false);
    options.label_smoothing = reader.number("label_smoothing", 0);
    reader.require_only_not_null("axis", -1);
    reader.require_only("ignore_class", nullptr);
  }
  reader.finish();
  return make(kind, options);
}

Value Loss::config() const {
  if (is_own()) return class_name_;
  Value::Dict config{{"name", snake_case(class_name_)}, {"reduction", kReduction}};
  if (!is_crossentropy(spec_.loss)) return config;
  config.push_back({"from_logits", spec_.from_logits});
  if (takes_labels()) {
    // A key that Keras 3.15 would refuse: only where it says something.
    if (spec_.label_smoothing != 0) config.push_back({"label_smoothing", spec_.label_smoothing});
    config.push_back({"ignore_class", nullptr});
  } else {
    config.push_back({"label_smoothing", spec_.label_smoothing});
    config.push_back({"axis", -1});
  }
  return config;
}

double Loss::own_mean(const Tensor& y_true, const Tensor& y_pred) const {
  const std::int64_t rows = y_pred.shape()[0];
  if (y_true.shape().rank() < 1 || y_true.shape()[0] != rows)
    throw_shape(class_name_, "y_true must have as many rows as y_pred", std::to_string(rows), y_true.shape());
  const auto width = static_cast<std::size_t>(y_pred.shape()[1]);
  const auto targets = static_cast<std::size_t>(rows > 0 ? y_true.size() / rows : 0);
  double sum = 0;
  for (std::size_t r = 0; r < static_cast<std::size_t>(rows); ++r)
    sum += (*spec_.own)(y_true.values().subspan(r * targets, targets),
                        y_pred.values().subspan(r * width, width), {});
  spec_.own->rethrow();
  return rows > 0 ? sum / static_cast<double>(rows) : 0;
}

double Loss::operator()(const Tensor& y_true, const Tensor& y_pred) const {
  const StandardFloats floats;
  if (y_pred.shape().rank() != 2)
    throw_shape(class_name_, "y_pred must have rank 2", "(rows, units)", y_pred.shape());
  if (is_own()) return own_mean(y_true, y_pred);
  const std::int64_t rows = y_pred.shape()[0];
  const std::int64_t units = y_pred.shape()[1];
  if (!takes_labels() && y_true.shape() != y_pred.shape())
    throw_shape(class_name_, "y_true must have the shape of y_pred", to_string(y_pred.shape()),
                y_true.shape());
  if (takes_labels() && y_true.shape() != Shape{rows} && y_true.shape() != Shape{rows, 1})
    throw_shape(class_name_, "y_true must hold one label a row", to_string(Shape{rows}), y_true.shape());
  RowLoss row_loss(spec_, units);
  double sum = 0;
  for (std::int64_t r = 0; r < rows; ++r) {
    const std::int32_t label = takes_labels() ? label_at(class_name_, y_true, r, units) : 0;
    sum += row_loss(y_pred.data() + r * units, label, takes_labels() ? nullptr : y_true.data() + r * units);
  }
  return rows > 0 ? sum / static_cast<double>(rows) : 0;
}

namespace losses {

Loss SparseCategoricalCrossentropy(CrossentropyOptions options) {
  return make(Kind::kSparseCategoricalCrossentropy, options);
}
Loss CategoricalCrossentropy(CrossentropyOptions options) {
  return make(Kind::kCategoricalCrossentropy, options);
}
Loss BinaryCrossentropy(CrossentropyOptions options) {
  return make(Kind::kBinaryCrossentropy, options);
}
Loss MeanSquaredError() {
  return make(Kind::kMeanSquaredError, {});
}
Loss MeanAbsoluteError() {
  return make(Kind::kMeanAbsoluteError, {});
}

Loss Function(const std::string& name, plan::RowLossFunction function) {
  if (!function) throw ConfigError({.where = "losses::Function", .what = "the function is empty"});
  require_own_name("losses::Function", name, kClasses, kAliases);
  plan::LossSpec spec;
  spec.own = std::make_shared<const plan::OwnLoss>(std::move(function));
  return Loss(name, std::move(spec));
}

}  // namespace losses
}  // namespace regulus
