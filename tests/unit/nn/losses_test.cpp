// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/losses.h"

#include <gtest/gtest.h>

#include <cmath>

#include "regulus/nn/layers/activation/activation_layer.h"
#include "support/golden.h"
#include "unit/nn/plan_run.h"

namespace regulus {
namespace {

using testing::expect_close;
using testing::expect_error;
using testing::golden;
using testing::number;
using testing::tensor;

Loss loss_of(const nlohmann::json& json) {
  return Loss::from_config(json.at("class_name").get<std::string>(), testing::value(json.at("config")));
}

TEST(Losses, ValuesFollowKeras) {
  for (const auto& json : golden("losses.json").at("cases")) {
    if (json.contains("through")) continue;
    const double wanted = number(json.at("loss"));
    // Row losses are float32 sums of at most 5 terms; Keras averages in float32 too.
    EXPECT_NEAR(loss_of(json)(tensor(json.at("y_true")), tensor(json.at("y_pred"))), wanted,
                1e-6 * wanted + 1e-7)
        << json.at("name");
  }
}

testing::RunOptions options_of(const nlohmann::json& json) {
  testing::RunOptions options;
  const Loss loss = loss_of(json);
  options.loss = loss.spec();
  if (loss.takes_labels()) {
    options.labels = testing::labels(json.at("y_true"));
  } else {
    const Tensor targets = tensor(json.at("y_true"));
    options.targets.assign(targets.values().begin(), targets.values().end());
  }
  return options;
}

// Through a plan: the prediction straight from a weight, or behind the softmax or sigmoid that the plan peels
// off.
template <class T>
void expect_plan_follows_keras() {
  for (const auto& json : golden("losses.json").at("cases")) {
    const auto name = json.at("name").get<std::string>();
    const bool through = json.contains("through");
    // In double the clip is at 1 - 1e-7, in float at 1 - 2^-23: only from logits are they comparable.
    if (sizeof(T) == sizeof(double) && !through && !json.at("config").value("from_logits", false)) continue;
    std::vector<LayerPtr> layers;
    if (through) layers.push_back(ActivationLayer({.activation = json.at("through").get<std::string>()}));
    const Tensor x = tensor(json.at(through ? "logits" : "y_pred"));
    testing::RunOptions options = options_of(json);
    for (const std::string prefix : {"", "weighted_"}) {
      if (!prefix.empty()) {
        const Tensor weight = tensor(json.at("sample_weight"));
        options.sample_weight.assign(weight.values().begin(), weight.values().end());
      }
      const testing::RunResult r = testing::run<T>(x, layers, plan::Mode::kTrain, options);
      const double wanted = number(json.at(prefix + "loss"));
      EXPECT_NEAR(r.loss, wanted, 1e-6 * wanted + 1e-7) << prefix << name;  // float32 sums of 5 and 6 terms
      // Gradients of probabilities divide by what is left of 1 after float32 sums of 5 terms.
      const double relative = 3e-6, absolute = 2e-7;
      expect_close(r.dx, tensor(json.at(prefix + (through ? "dlogits" : "dy_pred"))), relative, absolute,
                   prefix + name + " gradient");
    }
  }
}

TEST(Losses, PlanFollowsKerasInFloat) {
  expect_plan_follows_keras<float>();
}

TEST(Losses, SparseSmoothingIsThatOfTheOneHotTargets) {
  const Tensor p({2, 3}, {0.2f, 0.3f, 0.5f, 0.1f, 0.8f, 0.1f});
  const Tensor one_hot({2, 3}, {0, 0, 1, 1, 0, 0});
  const double sparse =
      losses::SparseCategoricalCrossentropy({.label_smoothing = 0.1})(Tensor({2}, {2, 0}), p);
  const double plain = losses::CategoricalCrossentropy({.label_smoothing = 0.1})(one_hot, p);
  EXPECT_NEAR(sparse, plain,
              5e-7);  // one renormalises by the sum of the clipped, the other of the given: 1 ulp
}

TEST(Losses, LabelsMayStandInAColumn) {
  const Tensor p({2, 2}, {0.25f, 0.75f, 0.5f, 0.5f});
  const Loss loss = "sparse_categorical_crossentropy";
  EXPECT_EQ(loss(Tensor({2}, {1, 0}), p), loss(Tensor({2, 1}, {1, 0}), p));
  EXPECT_NEAR(loss(Tensor({2}, {1, 0}), p), -(std::log(0.75) + std::log(0.5)) / 2, 1e-7);  // float32 rounding
}

TEST(Losses, NoRowsLoseNothing) {
  EXPECT_EQ(Loss("mse")(Tensor(Shape{0, 3}), Tensor(Shape{0, 3})), 0);
}

TEST(Losses, IdentifiersAreKerass) {
  const std::pair<const char*, const char*> names[] = {
      {"sparse_categorical_crossentropy", "SparseCategoricalCrossentropy"},
      {"SparseCategoricalCrossentropy", "SparseCategoricalCrossentropy"},
      {"categorical_crossentropy", "CategoricalCrossentropy"},
      {"binary_crossentropy", "BinaryCrossentropy"},
      {"bce", "BinaryCrossentropy"},
      {"BCE", "BinaryCrossentropy"},
      {"mean_squared_error", "MeanSquaredError"},
      {"mse", "MeanSquaredError"},
      {"MSE", "MeanSquaredError"},
      {"mean_absolute_error", "MeanAbsoluteError"},
      {"mae", "MeanAbsoluteError"},
      {"MAE", "MeanAbsoluteError"}};
  for (const auto& [identifier, class_name] : names) EXPECT_EQ(Loss(identifier).class_name(), class_name);
  EXPECT_TRUE(Loss("sparse_categorical_crossentropy").takes_labels());
  EXPECT_FALSE(Loss("mse").takes_labels());
}

TEST(Losses, ConfigsHaveKerasKeysAndComeBack) {
  EXPECT_EQ(losses::MeanSquaredError().config(),
            Value(Value::Dict{{"name", "mean_squared_error"}, {"reduction", "sum_over_batch_size"}}));
  EXPECT_EQ(losses::CategoricalCrossentropy({.label_smoothing = 0.1}).config(),
            Value(Value::Dict{{"name", "categorical_crossentropy"},
                              {"reduction", "sum_over_batch_size"},
                              {"from_logits", false},
                              {"label_smoothing", 0.1},
                              {"axis", -1}}));
  const Value sparse = losses::SparseCategoricalCrossentropy({.from_logits = true}).config();
  EXPECT_EQ(sparse.find("label_smoothing"), nullptr);  // Keras 3.15 would refuse it
  EXPECT_TRUE(sparse.at("ignore_class").is_null());
  const losses::CrossentropyOptions options{.from_logits = true, .label_smoothing = 0.25};
  for (const Loss& loss :
       {losses::SparseCategoricalCrossentropy(options), losses::CategoricalCrossentropy(options),
        losses::BinaryCrossentropy(options), losses::MeanSquaredError(), losses::MeanAbsoluteError()}) {
    const Loss again = Loss::from_config(loss.class_name(), loss.config());
    EXPECT_EQ(again.class_name(), loss.class_name());
    EXPECT_EQ(again.config(), loss.config());
    EXPECT_EQ(again.spec().loss, loss.spec().loss);
  }
}

TEST(Losses, SayWhatIsWrong) {
  expect_error<ConfigError>(
      [] { Loss("categorial_crossentropy"); },
      "Loss: \"categorial_crossentropy\" is not known. Did you mean \"categorical_crossentropy\"?");
  expect_error<ConfigError>([] { losses::BinaryCrossentropy({.label_smoothing = 1.5}); },
                            "BinaryCrossentropy: label_smoothing must be in [0, 1], got 1.5.");
  expect_error<ConfigError>(
      [] {
        Loss::from_config("MeanSquaredError", Value::Dict{{"reduction", "sum"}});
      },
      "MeanSquaredError: reduction must be \"sum_over_batch_size\" here, got \"sum\".");
  expect_error<ConfigError>(
      [] {
        Loss::from_config("MeanSquaredError", Value::Dict{{"from_logits", true}});
      },
      "MeanSquaredError: the config key \"from_logits\" is not known. Known: name, fn, reduction, "
      "dtype.");
  const Loss sparse = "sparse_categorical_crossentropy";
  expect_error<ShapeError>(
      [&] { sparse(Tensor(Shape{3}), Tensor(Shape{3})); },
      "SparseCategoricalCrossentropy: y_pred must have rank 2 (expected (rows, units), found "
      "(3,)).");
  expect_error<ShapeError>(
      [&] {
        sparse(Tensor(Shape{3, 4}), Tensor(Shape{3, 4}));
      },
      "SparseCategoricalCrossentropy: y_true must hold one label a row (expected (3,), found "
      "(3, 4)).");
  expect_error<ShapeError>(
      [] {
        Loss("mse")(Tensor(Shape{3}), Tensor(Shape{3, 1}));
      },
      "MeanSquaredError: y_true must have the shape of y_pred (expected (3, 1), found (3,)).");
  for (const float label : {-1.0f, 2.0f, 0.5f, NAN})
    EXPECT_THROW(sparse(Tensor({1}, {label}), Tensor(Shape{1, 2})), DataError) << label;
  expect_error<DataError>(
      [&] {
        sparse(Tensor({2}, {0, 2}), Tensor(Shape{2, 2}));
      },
      "SparseCategoricalCrossentropy: the label of row 1 must be a whole number in [0, 2), got 2.");
}

}  // namespace
}  // namespace regulus
