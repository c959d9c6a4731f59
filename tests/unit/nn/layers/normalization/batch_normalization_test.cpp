// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/normalization/batch_normalization.h"

#include <cmath>

#include <gtest/gtest.h>

#include "regulus/base/json.h"
#include "regulus/nn/layers/regularization/dropout.h"
#include "support/golden.h"
#include "unit/nn/plan_run.h"

namespace regulus {
namespace {

using plan::Mode;
using testing::expect_close;
using testing::expect_error;
using testing::golden;
using testing::tensor;
using testing::tensors;

LayerPtr normalization_of(const nlohmann::json& json) {
  Value::Dict config = testing::value(json.at("config")).as_dict();
  config.push_back({"trainable", json.at("trainable").get<bool>()});
  LayerPtr layer = BatchNormalization::from_config(config);
  layer->build({tensor(json.at("x")).shape().without_front(), random::Key(1), 0});
  layer->set_weights(tensors(json.at("weights")));
  return layer;
}

// Targets whose mean squared error has the gradient dy: y - t = dy * size / 2.
testing::RunOptions with_gradient(const Tensor& y, const Tensor& dy) {
  testing::RunOptions options;
  options.loss = plan::LossSpec{kernels::Loss::kMeanSquaredError, false, 0};
  const double half = static_cast<double>(y.size()) / 2;
  for (std::int64_t i = 0; i < y.size(); ++i)
    options.targets.push_back(
        static_cast<float>(static_cast<double>(y.data()[i]) - static_cast<double>(dy.data()[i]) * half));
  return options;
}

template <class T>
void expect_normalization_follows_keras() {
  for (const auto& json : golden("batch_normalization.json").at("cases")) {
    const auto name = json.at("name").get<std::string>();
    const Tensor x = tensor(json.at("x"));
    const Tensor y = tensor(json.at("y"));
    const LayerPtr layer = normalization_of(json);
    // Keras sums and cancels in float: x * scale - mean * scale, 100 times as large in the far case.
    const double absolute = name.ends_with("_far") ? 1e-4 : 3e-6;
    const testing::RunResult r =
        testing::run<T>(x, {layer}, Mode::kTrain, with_gradient(y, tensor(json.at("dy"))));
    expect_close(r.output, y, 1e-5, absolute, name + " y");
    expect_close(r.dx.reshape(x.shape()), tensor(json.at("dx")), 1e-5, 2 * absolute, name + " dx");
    const std::vector<Tensor> dweights = tensors(json.at("dweights"));
    ASSERT_EQ(r.dweights.size(), dweights.size()) << name;
    for (std::size_t i = 0; i < dweights.size(); ++i)
      expect_close(r.dweights[i], dweights[i], 1e-5, 3 * absolute, name + " dweights");
    EXPECT_EQ(layer->get_weights(), tensors(json.at("weights"))) << name << ": there was no update";
  }
}

TEST(BatchNormalization, FollowsKerasInFloat) {
  expect_normalization_follows_keras<float>();
}
TEST(BatchNormalization, FollowsKerasInDouble) {
  expect_normalization_follows_keras<double>();
}

// Keras reaches Monte-Carlo dropout by model(x, training=True): that also normalises by the batch and
// moves the moving statistics. Here nothing but dropout draws.
TEST(BatchNormalization, UsesMovingStatisticsOutsideTrainingAndLeavesThemAlone) {
  for (const auto& json : golden("batch_normalization.json").at("cases")) {
    const auto name = json.at("name").get<std::string>();
    const LayerPtr layer = normalization_of(json);
    const std::vector<Tensor> before = layer->get_weights();
    const Tensor x = tensor(json.at("x"));
    testing::RunOptions evaluating;
    evaluating.loss = plan::LossSpec{kernels::Loss::kMeanSquaredError, false, 0};
    evaluating.targets.assign(static_cast<std::size_t>(x.size()), 0.0f);
    for (const Mode mode : {Mode::kPredict, Mode::kMonteCarlo, Mode::kEvaluate}) {
      const testing::RunResult r =
          testing::run<float>(x, {layer}, mode, mode == Mode::kEvaluate ? evaluating : testing::RunOptions{});
      // Keras cancels in float, 100 times as large numbers in the far case.
      expect_close(r.output, tensor(json.at("inference")), 2e-6, name.ends_with("_far") ? 1e-4 : 2e-6, name);
      EXPECT_EQ(layer->get_weights(), before) << name;
    }
    EXPECT_EQ(tensors(json.at("weights_after")) == before, !json.at("trainable").get<bool>())
        << name << ": Keras's call with training=True";
  }
}

TEST(BatchNormalization, WorksOnWhatMonteCarloDropoutHasDrawn) {
  const auto& json = golden("batch_normalization.json").at("cases").at(0);
  const Tensor x = tensor(json.at("x"));
  const std::vector<Tensor> w = tensors(json.at("weights"));  // gamma, beta, moving mean and variance
  const LayerPtr dropout = MCDropout({.rate = 0.5});
  for (const Mode mode : {Mode::kPredict, Mode::kMonteCarlo}) {
    const Tensor dropped = testing::run<float>(x, {dropout}, mode).output;
    ASSERT_NE(dropped, x);
    Tensor wanted(x.shape());
    for (std::int64_t i = 0; i < x.size(); ++i) {
      const std::int64_t c = i % w[0].size();
      const auto at = [&](std::size_t which) { return static_cast<double>(w[which].data()[c]); };
      wanted.data()[i] = static_cast<float>(
          at(0) * (static_cast<double>(dropped.data()[i]) - at(2)) / std::sqrt(at(3) + 1e-3) + at(1));
    }
    // Three roundings to float.
    expect_close(testing::run<float>(x, {dropout, normalization_of(json)}, mode).output, wanted, 1e-6, 1e-6,
                 "y");
  }
}

TEST(BatchNormalization, HasKerasConfig) {
  const Value config = BatchNormalization({.name = "a"}).config();
  const auto& wanted = golden("batch_normalization.json").at("default_config");
  EXPECT_EQ(config.as_dict().size(), wanted.size());
  for (const auto& [key, value] : config.as_dict()) {
    ASSERT_TRUE(wanted.contains(key)) << key;
    EXPECT_EQ(nlohmann::json::parse(to_json(value)), wanted.at(key)) << key;
  }
  EXPECT_EQ(BatchNormalization({.trainable = false}).config().at("trainable"), Value(false));
}

TEST(BatchNormalization, MakesGammaBetaAndTheMovingStatistics) {
  LayerPtr layer = BatchNormalization(
      {.beta_initializer = "ones", .gamma_regularizer = l2(0.25), .beta_constraint = non_neg()});
  layer->build({Shape{4, 3}, random::Key(1), 0});
  const auto shapes = layer->weight_shapes(Shape{4, 3});
  ASSERT_EQ(layer->weights().size(), 4u);
  const char* names[] = {"gamma", "beta", "moving_mean", "moving_variance"};
  const float start[] = {1, 1, 0, 1};
  for (std::size_t i = 0; i < 4; ++i) {
    const plan::Parameter& weight = *layer->weights()[i];
    EXPECT_EQ(weight.name(), names[i]);
    EXPECT_EQ(weight.value(), Tensor({3}, {start[i], start[i], start[i]}));
    EXPECT_EQ(weight.trainable(), i < 2);
    EXPECT_EQ(shapes[i], std::make_pair(weight.name(), weight.shape()));
  }
  EXPECT_EQ(layer->weights()[0]->penalty().l2, 0.25);
  EXPECT_EQ(layer->weights()[1]->constraint().kind, kernels::ConstraintKind::kNonNeg);
}

TEST(BatchNormalization, FrozenHasNothingToTrain) {
  LayerPtr layer =
      BatchNormalization({.gamma_regularizer = l2(0.25), .gamma_constraint = non_neg(), .trainable = false});
  layer->build({Shape{3}, random::Key(1), 0});
  for (const plan::ParameterPtr& weight : layer->weights()) {
    EXPECT_FALSE(weight->trainable());
    EXPECT_FALSE(weight->penalty().any());
    EXPECT_FALSE(weight->constraint().any());
  }
}

TEST(BatchNormalization, SaysWhatIsWrong) {
  expect_error<ConfigError>([] { BatchNormalization({.momentum = 1.5, .name = "b"}); },
                            "BatchNormalization \"b\": momentum must be in [0, 1], got 1.5.");
  expect_error<ConfigError>([] { BatchNormalization({.epsilon = 0}); },
                            "BatchNormalization: epsilon must be finite and > 0, got 0.");
  expect_error<ConfigError>(
      [] { BatchNormalization({.gamma_regularizer = orthogonal_regularizer()}); },
      "BatchNormalization: gamma_regularizer: an orthogonal penalty needs a matrix, this weight has rank 1.");
  expect_error<ConfigError>(
      [] { BatchNormalization({.beta_constraint = unit_norm({.axis = 1})}); },
      "BatchNormalization: beta_constraint: axis 1 does not exist in a weight of rank 1.");
  expect_error<ShapeError>(
      [] {
        BatchNormalization({.axis = 4}).output_shape({28, 28, 3});
      },
      "BatchNormalization: axis 4 is not one of a row's (found (None, 28, 28, 3)). "
      "Axis 0, the batch, has none: rows do not depend on each other.");
  expect_error<ShapeError>(
      [] {
        BatchNormalization().output_shape({4, 0});
      },
      "BatchNormalization: the rows must have 1 to 2147483647 features (found (None, 4, 0)).");
  expect_error<ConfigError>(
      [] {
        plan::Graph graph(Shape{3});
        BatchNormalization({.name = "b"}).lower(graph, Shape{3}, 0);
      },
      "BatchNormalization \"b\": the layer has no weights yet. Build the model first.");
  expect_error<ConfigError>(
      [] {
        BatchNormalization::from_config(Value::Dict{{"axis", 1001}});
      },
      "BatchNormalization: axis must be an axis of the rows, got 1001.");
  expect_error<ConfigError>(
      [] {
        BatchNormalization::from_config(Value::Dict{{"renorm", true}});
      },
      "BatchNormalization: renorm must be false here, got true.");
}

}  // namespace
}  // namespace regulus
