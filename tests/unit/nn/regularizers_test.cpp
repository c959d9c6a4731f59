// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/regularizers.h"

#include <gtest/gtest.h>

#include <limits>

#include "regulus/nn/layers/core/dense.h"
#include "support/golden.h"
#include "unit/nn/plan_run.h"

namespace regulus {
namespace {

using testing::expect_close;
using testing::expect_error;
using testing::golden;
using testing::tensor;

Regularizer regularizer_of(const nlohmann::json& json) {
  return Regularizer::from_config(json.at("class_name").get<std::string>(),
                                  testing::value(json.at("config")));
}

TEST(Regularizers, ValuesFollowKeras) {
  for (const auto& json : golden("regularizers.json").at("cases")) {
    const double wanted = testing::number(json.at("penalty"));
    // Keras sums up to 30 terms in float32.
    EXPECT_NEAR(regularizer_of(json)(tensor(json.at("w"))), wanted, 1e-6 * wanted + 1e-9) << json.at("name");
  }
}

// The gradient of the penalty alone: the data loss has weight zero.
template <class T>
Tensor gradient_in_plan(const Regularizer& regularizer, const Tensor& w) {
  const bool matrix = w.shape().rank() == 2;
  const std::int64_t inputs = matrix ? w.shape()[0] : 1;
  Dense::Options options{.units = w.shape().back()};
  (matrix ? options.kernel_regularizer : options.bias_regularizer) = regularizer;
  LayerPtr layer = Dense(options);
  layer->build({Shape{inputs}, random::Key(1), 0});
  std::vector<Tensor> weights = layer->get_weights();
  weights[matrix ? 0 : 1] = w;
  layer->set_weights(weights);
  testing::RunOptions run;
  run.loss = plan::LossSpec{kernels::Loss::kMeanSquaredError, false, 0};
  run.targets.assign(static_cast<std::size_t>(w.shape().back()), 0.0f);
  run.sample_weight = {0.0f};
  return testing::run<T>(Tensor(Shape{1, inputs}), {layer}, plan::Mode::kTrain, run).dweights[matrix ? 0 : 1];
}

template <class T>
void expect_gradients_follow_keras() {
  for (const auto& json : golden("regularizers.json").at("cases")) {
    const double relative = 2e-6, absolute = 2e-8;  // float32 sums of signs and products of 0.01 to 0.5
    expect_close(gradient_in_plan<T>(regularizer_of(json), tensor(json.at("w"))), tensor(json.at("dw")),
                 relative, absolute, json.at("name").get<std::string>());
  }
}

TEST(Regularizers, GradientsInAPlanFollowKerasInFloat) {
  expect_gradients_follow_keras<float>();
}
TEST(Regularizers, GradientsInAPlanFollowKerasInDouble) {
  expect_gradients_follow_keras<double>();
}

TEST(Regularizers, IdentifiersHaveKerasDefaults) {
  EXPECT_EQ(Regularizer("l1").penalty().l1, 0.01);
  EXPECT_EQ(Regularizer("L2").penalty().l2, 0.01);
  EXPECT_EQ(Regularizer("l1_l2").penalty().l1, 0.01);
  EXPECT_EQ(Regularizer("l1_l2").penalty().l2, 0.01);
  EXPECT_EQ(Regularizer("orthogonal_regularizer").penalty().orthogonal, 0.01);
  EXPECT_FALSE(Regularizer("OrthogonalRegularizer").penalty().orthogonal_columns);
}

TEST(Regularizers, FunctionsHaveTheDefaultsOfTheirClasses) {
  EXPECT_EQ(l1().config(), Regularizer("l1").config());
  EXPECT_EQ(l2().config(), Regularizer("l2").config());
  EXPECT_EQ(l1_l2().config(), Regularizer("l1_l2").config());
  EXPECT_EQ(orthogonal_regularizer().config(), Regularizer("orthogonal_regularizer").config());
}

TEST(Regularizers, ConfigsHaveKerasKeysAndComeBack) {
  EXPECT_EQ(l1(0.5).config(), Value(Value::Dict{{"l1", 0.5}}));
  EXPECT_EQ(l2(0.5).config(), Value(Value::Dict{{"l2", 0.5}}));
  EXPECT_EQ(l1_l2({.l1 = 0.5, .l2 = 0.25}).config(), Value(Value::Dict{{"l1", 0.5}, {"l2", 0.25}}));
  EXPECT_EQ(orthogonal_regularizer({.factor = 0.5, .mode = "columns"}).config(),
            Value(Value::Dict{{"factor", 0.5}, {"mode", "columns"}}));
  for (const Regularizer& r : {l1(0.5), l2(0.5), l1_l2({.l1 = 0.5, .l2 = 0.25}),
                               orthogonal_regularizer({.factor = 0.5, .mode = "columns"})}) {
    const Regularizer again = Regularizer::from_config(r.class_name(), r.config());
    EXPECT_EQ(again.class_name(), r.class_name());
    EXPECT_EQ(again.config(), r.config());
  }
  EXPECT_EQ(Regularizer::from_config("L1L2", Value::Dict{}).penalty().any(), false);  // Keras's (0, 0)
}

TEST(Regularizers, DefaultIsNone) {
  EXPECT_TRUE(Regularizer().none());
  EXPECT_EQ(Regularizer().class_name(), "");
  EXPECT_TRUE(Regularizer().config().is_null());
  EXPECT_EQ(Regularizer()(Tensor({2}, {1, 2})), 0);
}

TEST(Regularizers, SayWhatIsWrong) {
  const double infinity = std::numeric_limits<double>::infinity();
  expect_error<ConfigError>([] { l1(-0.1); }, "L1: l1 must be finite and >= 0, got -0.1.");
  expect_error<ConfigError>([&] { l2(infinity); }, "L2: l2 must be finite and >= 0, got inf.");
  expect_error<ConfigError>([] { l1_l2({.l1 = 1, .l2 = -1}); }, "L1L2: l2 must be finite and >= 0, got -1.");
  expect_error<ConfigError>([] { orthogonal_regularizer({.factor = -1}); },
                            "OrthogonalRegularizer: factor must be finite and >= 0, got -1.");
  expect_error<ConfigError>([] { orthogonal_regularizer({.mode = "row"}); },
                            "OrthogonalRegularizer: mode must be \"rows\" or \"columns\", got \"row\".");
  expect_error<ShapeError>([] { orthogonal_regularizer()(Tensor(Shape{3})); },
                           "OrthogonalRegularizer: the array must have rank 2 (found (3,)).");
  expect_error<ConfigError>(
      [] { Regularizer("l3"); },
      "Regularizer: \"l3\" is not known. Known: l1, l2, l1_l2, orthogonal_regularizer.");
  expect_error<ConfigError>([] { Regularizer("ortogonal_regularizer"); },
                            "Regularizer: \"ortogonal_regularizer\" is not known. Did you mean "
                            "\"orthogonal_regularizer\"?");
  for (const char* name : {"l1l2", "L1L2"})
    expect_error<ConfigError>(
        [&] { Regularizer{name}; },
        "Regularizer: \"" + std::string(name) +
            "\" is refused, because Keras reads it as factors of 0. Write \"l1_l2\", or l1_l2 "
            "with the factors you want.");
  expect_error<ConfigError>(
      [] {
        Regularizer::from_config("L2", Value::Dict{{"l1", 0.1}});
      },
      "L2: the config key \"l1\" is not known. Known: l2.");
  expect_error<ConfigError>(
      [] {
        Regularizer::from_config("L2", Value::Dict{{"l2", "much"}});
      },
      "L2: l2 must be a number, got \"much\".");
  expect_error<ConfigError>([] { Regularizer::from_config("L2", 3); },
                            "L2: the config must be a dict, got 3.");
}

}  // namespace
}  // namespace regulus
