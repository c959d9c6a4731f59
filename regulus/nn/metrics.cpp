// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/metrics.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "regulus/base/check.h"
#include "regulus/base/config_reader.h"
#include "regulus/base/error.h"
#include "regulus/base/names.h"
#include "regulus/base/plain_text.h"
#include "regulus/nn/identifier.h"
#include "regulus/nn/metric_states.h"

namespace regulus {
namespace {

using Kind = MetricKind;

// Two classes that the model turns into one of the others.
constexpr std::string_view kAccuracy = "accuracy";
constexpr std::string_view kCrossentropy = "crossentropy";

// In the order of MetricKind, then the two.
constexpr std::string_view kClasses[] = {"SparseCategoricalAccuracy",
                                         "CategoricalAccuracy",
                                         "BinaryAccuracy",
                                         "SparseTopKCategoricalAccuracy",
                                         "TopKCategoricalAccuracy",
                                         "SparseCategoricalCrossentropy",
                                         "CategoricalCrossentropy",
                                         "BinaryCrossentropy",
                                         "MeanSquaredError",
                                         "RootMeanSquaredError",
                                         "MeanAbsoluteError",
                                         kAccuracy,
                                         kCrossentropy};
constexpr Alias kAliases[] = {{"acc", kAccuracy},
                              {"ce", kCrossentropy},
                              {"mse", "MeanSquaredError"},
                              {"MSE", "MeanSquaredError"},
                              {"mae", "MeanAbsoluteError"},
                              {"MAE", "MeanAbsoluteError"},
                              {"bce", "BinaryCrossentropy"},
                              {"BCE", "BinaryCrossentropy"}};

Kind kind_of(std::string_view class_name) {
  return static_cast<Kind>(std::find(std::begin(kClasses), std::end(kClasses), class_name) -
                           std::begin(kClasses));
}

bool is_top_k(Kind kind) {
  return kind == Kind::kSparseTopKCategoricalAccuracy || kind == Kind::kTopKCategoricalAccuracy;
}

bool is_crossentropy(Kind kind) {
  return kind >= Kind::kSparseCategoricalCrossentropy && kind <= Kind::kBinaryCrossentropy;
}

bool wants_labels(Kind kind) {
  return kind == Kind::kSparseCategoricalAccuracy || kind == Kind::kSparseTopKCategoricalAccuracy ||
         kind == Kind::kSparseCategoricalCrossentropy;
}

// Keras asks for the accuracy in any case: "Accuracy", "ACC".
std::string resolve(const std::string& identifier) {
  const std::string lower = lower_case(identifier);
  const bool in_any_case = lower == "accuracy" || lower == "acc" || lower == "crossentropy" || lower == "ce";
  return resolve_identifier("Metric", in_any_case ? lower : identifier, kClasses, kAliases);
}

[[noreturn]] void throw_config(const std::string& where, std::string what, std::string fix) {
  throw ConfigError({.where = where, .what = std::move(what), .fix = std::move(fix)});
}

// The kind that fits a model with this loss.
Kind resolved(const std::string& class_name, const Loss& loss, std::int64_t units) {
  const bool accuracy = class_name == kAccuracy;
  if (!accuracy && class_name != kCrossentropy) return kind_of(class_name);
  if (units == 1) return accuracy ? Kind::kBinaryAccuracy : Kind::kBinaryCrossentropy;
  if (loss.takes_labels())
    return accuracy ? Kind::kSparseCategoricalAccuracy : Kind::kSparseCategoricalCrossentropy;
  return accuracy ? Kind::kCategoricalAccuracy : Kind::kCategoricalCrossentropy;
}

Metric::Options with_k(int k) {
  Metric::Options options;
  options.k = k;
  return options;
}

Metric::Options with(const losses::CrossentropyOptions& o) {
  Metric::Options options;
  options.from_logits = o.from_logits;
  options.label_smoothing = o.label_smoothing;
  return options;
}

Metric named(const std::string& class_name, const Metric::Options& options = {}) {
  std::string name = snake_case(class_name);
  return Metric(class_name, std::move(name), options);
}

}  // namespace

Metric::Metric(const std::string& identifier) : Metric(resolve(identifier), identifier, Options{}) {}

Metric::Metric(const std::string& class_name, std::string name, Options options)
    : class_name_(resolve_identifier("Metric", class_name, kClasses)),
      name_(std::move(name)),
      options_(options) {
  if (options_.k < 1)
    throw_config(class_name_, "k must be at least 1, got " + std::to_string(options_.k), "");
  require_number(options_.threshold > 0 && options_.threshold < 1, class_name_, "threshold must be in (0, 1)",
                 options_.threshold);
  require_number(options_.label_smoothing >= 0 && options_.label_smoothing <= 1, class_name_,
                 "label_smoothing must be in [0, 1]", options_.label_smoothing);
}

Metric::Metric(std::string name, MetricFactory own)
    : class_name_("function"), name_(std::move(name)), own_(std::move(own)) {}

Metric Metric::from_config(const std::string& class_name, const Value& config) {
  const std::string known = resolve(class_name);
  const Kind kind = kind_of(known);
  ConfigReader reader(known, config);
  reader.require_only("dtype", "float32");
  std::string name = reader.text("name", "");
  if (name.empty()) name = snake_case(known);
  Options options;
  if (is_top_k(kind)) {
    const std::int64_t k = reader.integer("k", options.k);
    options.k = static_cast<int>(std::clamp<std::int64_t>(k, 0, std::numeric_limits<int>::max()));
  } else if (kind == Kind::kBinaryAccuracy) {
    options.threshold = reader.number("threshold", options.threshold);
  } else if (is_crossentropy(kind)) {
    options.from_logits = reader.flag("from_logits", false);
    options.label_smoothing = reader.number("label_smoothing", 0);
    reader.require_only_not_null("axis", -1);
    reader.require_only("ignore_class", nullptr);
  }
  reader.finish();
  return Metric(known, name, options);
}

Value Metric::config() const {
  if (is_own()) return name_;
  const Kind kind = kind_of(class_name_);
  Value::Dict config{{"name", name_}, {"dtype", "float32"}};
  if (is_top_k(kind)) config.push_back({"k", options_.k});
  if (kind == Kind::kBinaryAccuracy) config.push_back({"threshold", options_.threshold});
  if (!is_crossentropy(kind)) return config;
  config.push_back({"from_logits", options_.from_logits});
  // A key that Keras's sparse class would refuse: only where it says something.
  if (kind != Kind::kSparseCategoricalCrossentropy || options_.label_smoothing != 0)
    config.push_back({"label_smoothing", options_.label_smoothing});
  return config;
}

std::unique_ptr<MetricState> Metric::make(const Loss& loss, std::int64_t units) const {
  if (is_own()) return own_();
  const Kind kind = resolved(class_name_, loss, units);
  const std::string who = "Metric \"" + name_ + "\"";
  if (wants_labels(kind) && !loss.takes_labels())
    throw_config(who, class_name_ + " needs integer labels, the loss " + loss.class_name() + " has arrays",
                 "Use \"accuracy\" or \"crossentropy\", which follow the loss.");
  if (!wants_labels(kind) && loss.takes_labels() && units != 1)
    throw_config(
        who, class_name_ + " needs arrays of targets, the loss " + loss.class_name() + " has integer labels",
        "Use \"accuracy\" or \"crossentropy\", which follow the loss.");
  Options options = options_;
  if (class_name_ == kCrossentropy) options.from_logits = loss.spec().from_logits;
  return make_metric_state(kind, options, units);
}

std::unique_ptr<MetricState> Metric::make() const {
  if (is_own()) return own_();
  if (class_name_ == kAccuracy || class_name_ == kCrossentropy)
    throw_config("Metric \"" + name_ + "\"", "which kind it is only a model's loss can say",
                 "Name the kind, e.g. SparseCategoricalAccuracy.");
  return make_metric_state(kind_of(class_name_), options_, 0);
}

namespace metrics {

Metric SparseCategoricalAccuracy() {
  return named("SparseCategoricalAccuracy");
}
Metric CategoricalAccuracy() {
  return named("CategoricalAccuracy");
}
Metric BinaryAccuracy(BinaryAccuracyOptions options) {
  Metric::Options all;
  all.threshold = options.threshold;
  return named("BinaryAccuracy", all);
}
Metric SparseTopKCategoricalAccuracy(TopKOptions options) {
  return named("SparseTopKCategoricalAccuracy", with_k(options.k));
}
Metric TopKCategoricalAccuracy(TopKOptions options) {
  return named("TopKCategoricalAccuracy", with_k(options.k));
}
Metric SparseCategoricalCrossentropy(losses::CrossentropyOptions options) {
  return named("SparseCategoricalCrossentropy", with(options));
}
Metric CategoricalCrossentropy(losses::CrossentropyOptions options) {
  return named("CategoricalCrossentropy", with(options));
}
Metric BinaryCrossentropy(losses::CrossentropyOptions options) {
  return named("BinaryCrossentropy", with(options));
}
Metric MeanSquaredError() {
  return named("MeanSquaredError");
}
Metric RootMeanSquaredError() {
  return named("RootMeanSquaredError");
}
Metric MeanAbsoluteError() {
  return named("MeanAbsoluteError");
}

Metric Function(const std::string& name, MetricFunction function) {
  if (!function) throw_config("metrics::Function", "the function is empty", "");
  require_own_name("metrics::Function", name, kClasses, kAliases);
  return Metric(name, [function = std::move(function)] { return make_metric_state(function); });
}
Metric State(const std::string& name, MetricFactory make) {
  if (!make) throw_config("metrics::State", "the function is empty", "");
  require_own_name("metrics::State", name, kClasses, kAliases);
  return Metric(name, std::move(make));
}

}  // namespace metrics
}  // namespace regulus
