// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/metrics.h"

#include <gtest/gtest.h>

#include <cmath>

#include "support/golden.h"

namespace regulus {
namespace {

using testing::expect_error;
using testing::golden;
using testing::tensor;

void update(MetricState& state, const nlohmann::json& batch) {
  const Tensor p = tensor(batch.at("y_pred"));
  const bool sparse = batch.at("y_true").at("shape").size() == 1;
  const std::vector<std::int32_t> labels =
      sparse ? testing::labels(batch.at("y_true")) : std::vector<std::int32_t>{};
  const Tensor targets = tensor(batch.at("y_true"));
  const bool weighted = !batch.at("sample_weight").is_null();
  const Tensor weights = weighted ? tensor(batch.at("sample_weight")) : Tensor();
  state.update({p.data(), sparse ? labels.data() : nullptr, sparse ? nullptr : targets.data(), nullptr,
                weighted ? weights.data() : nullptr, p.shape()[0], p.shape()[1], p.shape()[1]});
}

TEST(Metrics, FollowKerasOverUnevenBatches) {
  for (const auto& json : golden("metrics.json").at("cases")) {
    const Metric metric =
        Metric::from_config(json.at("class_name").get<std::string>(), testing::value(json.at("config")));
    const auto state = metric.make();
    for (const auto& batch : json.at("batches")) update(*state, batch);
    const double wanted = testing::number(json.at("result"));
    // Keras keeps its sums in float32: 12 rows.
    EXPECT_NEAR(state->result(), wanted, 1e-6 * wanted) << json.at("name");
  }
}

std::string accuracy_kind(const Loss& loss, std::int64_t units, const char* identifier = "accuracy") {
  // Kinds differ in what they make of one row whose target class is 1 of 2, or bit 1, predicted as 0.6.
  const auto state = Metric(identifier).make(loss, units);
  const float p[] = {0.6f, 0.7f};
  const float targets[] = {1, 0};
  const std::int32_t label = 1;
  const bool labels = loss.takes_labels();
  state->update(
      {p, labels ? &label : nullptr, labels ? nullptr : targets, nullptr, nullptr, 1, units, units});
  if (units == 1) return state->result() == 1 ? "binary" : "?";
  if (labels) return state->result() == 1 ? "sparse" : "?";
  return state->result() == 0 ? "categorical" : "?";
}

TEST(Metrics, AccuracyFollowsLossAndUnits) {
  for (const char* identifier : {"accuracy", "acc", "Accuracy", "ACC"}) {
    EXPECT_EQ(accuracy_kind("sparse_categorical_crossentropy", 2, identifier), "sparse");
    EXPECT_EQ(accuracy_kind("categorical_crossentropy", 2, identifier), "categorical");
    EXPECT_EQ(accuracy_kind("mse", 2, identifier), "categorical");
    EXPECT_EQ(accuracy_kind("binary_crossentropy", 1, identifier), "binary");
  }
}

double crossentropy_of(const Loss& loss, std::vector<float> p, const float* targets) {
  const auto state = Metric("ce").make(loss, static_cast<std::int64_t>(p.size()));
  const std::int32_t label = 1;
  const auto units = static_cast<std::int64_t>(p.size());
  state->update({p.data(), targets ? nullptr : &label, targets, nullptr, nullptr, 1, units, units});
  return state->result();
}

TEST(Metrics, CrossentropyFollowsLossAndUnits) {
  const float one_hot[] = {0, 1};
  const float one = 1;
  const double wanted = -std::log(0.75);
  EXPECT_NEAR(crossentropy_of("sparse_categorical_crossentropy", {0.25f, 0.75f}, nullptr), wanted,
              1e-7);                                                                                // float32
  EXPECT_NEAR(crossentropy_of("categorical_crossentropy", {0.25f, 0.75f}, one_hot), wanted, 1e-7);  // float32
  EXPECT_NEAR(crossentropy_of("binary_crossentropy", {0.75f}, &one), wanted, 1e-7);                 // float32
  const Loss logits = losses::SparseCategoricalCrossentropy({.from_logits = true});
  EXPECT_NEAR(crossentropy_of(logits, {0, std::log(3.0f)}, nullptr), wanted, 1e-7);  // float32
}

TEST(Metrics, NameIsWhatTheUserWroteOrTheClasss) {
  EXPECT_EQ(Metric("acc").name(), "acc");
  EXPECT_EQ(Metric("mse").name(), "mse");
  EXPECT_EQ(Metric("SparseCategoricalAccuracy").name(), "SparseCategoricalAccuracy");
  EXPECT_EQ(Metric("acc").class_name(), "accuracy");
  EXPECT_EQ(metrics::SparseTopKCategoricalAccuracy().name(), "sparse_top_k_categorical_accuracy");
}

TEST(Metrics, IdentifiersAreKerass) {
  for (const char* name :
       {"sparse_categorical_accuracy", "categorical_accuracy", "binary_accuracy",
        "sparse_top_k_categorical_accuracy", "top_k_categorical_accuracy", "sparse_categorical_crossentropy",
        "categorical_crossentropy", "binary_crossentropy", "mean_squared_error", "root_mean_squared_error",
        "mean_absolute_error", "mse", "MSE", "mae", "MAE", "bce", "BCE", "RootMeanSquaredError"})
    EXPECT_NO_THROW(Metric(name).make()) << name;
}

TEST(Metrics, ConfigsHaveKerasKeysAndComeBack) {
  const losses::CrossentropyOptions options{.from_logits = true, .label_smoothing = 0.1};
  const Metric all[] = {metrics::SparseCategoricalAccuracy(),
                        metrics::CategoricalAccuracy(),
                        metrics::BinaryAccuracy({.threshold = 0.25}),
                        metrics::SparseTopKCategoricalAccuracy({.k = 3}),
                        metrics::TopKCategoricalAccuracy({.k = 4}),
                        metrics::SparseCategoricalCrossentropy(options),
                        metrics::CategoricalCrossentropy(options),
                        metrics::BinaryCrossentropy(options),
                        metrics::MeanSquaredError(),
                        metrics::RootMeanSquaredError(),
                        metrics::MeanAbsoluteError(),
                        "accuracy",
                        "acc",
                        "crossentropy"};
  for (const Metric& metric : all) {
    const Metric again = Metric::from_config(metric.class_name(), metric.config());
    EXPECT_EQ(again.class_name(), metric.class_name());
    EXPECT_EQ(again.name(), metric.name());
    EXPECT_EQ(again.config(), metric.config());
  }
  EXPECT_EQ(metrics::TopKCategoricalAccuracy({.k = 4}).config(),
            Value(Value::Dict{{"name", "top_k_categorical_accuracy"}, {"dtype", "float32"}, {"k", 4}}));
  const Value sparse =
      Value::Dict{{"name", "x"}, {"from_logits", false}, {"ignore_class", nullptr}, {"axis", -1}};
  EXPECT_EQ(Metric::from_config("SparseCategoricalCrossentropy", sparse).name(), "x");
}

TEST(Metrics, SayWhatIsWrong) {
  expect_error<ConfigError>([] { Metric("acuracy"); },
                            "Metric: \"acuracy\" is not known. Did you mean \"accuracy\"?");
  expect_error<ConfigError>([] { metrics::TopKCategoricalAccuracy({.k = 0}); },
                            "TopKCategoricalAccuracy: k must be at least 1, got 0.");
  expect_error<ConfigError>([] { metrics::BinaryAccuracy({.threshold = 1}); },
                            "BinaryAccuracy: threshold must be in (0, 1), got 1.");
  expect_error<ConfigError>([] { metrics::CategoricalCrossentropy({.label_smoothing = -1}); },
                            "CategoricalCrossentropy: label_smoothing must be in [0, 1], got -1.");
  expect_error<ConfigError>([] { Metric("Accurate", "a", {}); },
                            "Metric: \"Accurate\" is not known. Did you mean \"accuracy\"?");
  expect_error<ConfigError>(
      [] { metrics::CategoricalAccuracy().make("sparse_categorical_crossentropy", 10); },
      "Metric \"categorical_accuracy\": CategoricalAccuracy needs arrays of targets, the loss "
      "SparseCategoricalCrossentropy has integer labels. Use \"accuracy\" or \"crossentropy\", which follow "
      "the loss.");
  expect_error<ConfigError>(
      [] { Metric("sparse_categorical_accuracy").make("mse", 10); },
      "Metric \"sparse_categorical_accuracy\": SparseCategoricalAccuracy needs integer labels, the loss "
      "MeanSquaredError has arrays. Use \"accuracy\" or \"crossentropy\", which follow the loss.");
  expect_error<ConfigError>(
      [] { Metric("acc").make(); },
      "Metric \"acc\": which kind it is only a model's loss can say. Name the kind, e.g. "
      "SparseCategoricalAccuracy.");
  expect_error<ConfigError>(
      [] {
        Metric::from_config("MeanSquaredError", Value::Dict{{"k", 3}});
      },
      "MeanSquaredError: the config key \"k\" is not known. Known: dtype, name.");
}

}  // namespace
}  // namespace regulus
