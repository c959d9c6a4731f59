// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/normalization/layer_normalization.h"

#include <gtest/gtest.h>

#include "unit/nn/golden_layer.h"

namespace regulus {
namespace {

using testing::expect_error;

// Keras takes x scale - mean scale in float and sums in float.
TEST(LayerNormalization, FollowsKeras) {
  testing::expect_layer_follows_keras("LayerNormalization", 5e-6, "normalizations.json");
}

TEST(LayerNormalization, HasKerasConfig) {
  testing::expect_config(
      LayerNormalization({.name = "a"}),
      testing::golden("normalizations.json").at("default_configs").at("LayerNormalization"), "default");
  EXPECT_EQ(LayerNormalization({.trainable = false}).config().at("trainable"), Value(false));
}

TEST(LayerNormalization, MakesGammaAndBetaOfTheAxesLengths) {
  const auto made = [](LayerPtr layer) {
    layer->build({Shape{4, 3, 5}, random::Key(1), 0});
    return layer->weights();
  };
  const auto weights = made(LayerNormalization({.axis = {3, 1},
                                                .beta_initializer = "ones",
                                                .gamma_regularizer = l2(0.25),
                                                .beta_constraint = non_neg()}));
  ASSERT_EQ(weights.size(), 2u);
  EXPECT_EQ(weights[0]->name(), "gamma");
  EXPECT_EQ(weights[1]->name(), "beta");
  for (const auto& weight : weights) {
    EXPECT_EQ(weight->value(), Tensor({4, 5}, std::vector<float>(20, 1)));
    EXPECT_TRUE(weight->trainable());
  }
  EXPECT_EQ(weights[0]->penalty().l2, 0.25);
  EXPECT_EQ(weights[1]->constraint().kind, kernels::ConstraintKind::kNonNeg);
  EXPECT_EQ(made(LayerNormalization({.center = false}))[0]->name(), "gamma");
  EXPECT_EQ(made(LayerNormalization({.scale = false}))[0]->name(), "beta");
  EXPECT_TRUE(made(LayerNormalization({.center = false, .scale = false})).empty());
  const auto rms = made(LayerNormalization({.scale = false, .rms_scaling = true}));
  ASSERT_EQ(rms.size(), 1u);
  EXPECT_EQ(rms[0]->name(), "gamma");
}

TEST(LayerNormalization, FrozenKeepsItsWeightsAndPassesTheGradientOn) {
  const auto& json = testing::golden("normalizations.json").at("cases").at(0);
  LayerPtr layer = LayerNormalization({.gamma_regularizer = l2(0.25), .trainable = false});
  layer->build({Shape{5}, random::Key(1), 0});
  layer->set_weights({testing::tensor(json.at("weights").at(0)), testing::tensor(json.at("weights").at(1))});
  for (const plan::ParameterPtr& weight : layer->weights()) {
    EXPECT_FALSE(weight->trainable());
    EXPECT_FALSE(weight->penalty().any());
  }
  const testing::Gradients g =
      testing::gradients<float>(testing::tensor(json.at("x")), layer, testing::tensor(json.at("dy")));
  EXPECT_TRUE(g.dweights.empty());
  testing::expect_close(g.dx, testing::tensor(json.at("dx")), 5e-6, 5e-6, "dx");  // as FollowsKeras
}

TEST(LayerNormalization, SaysWhatIsWrong) {
  expect_error<ConfigError>([] { LayerNormalization({.axis = {}, .name = "l"}); },
                            "LayerNormalization \"l\": axis must name at least one axis.");
  expect_error<ConfigError>([] { LayerNormalization({.epsilon = 0}); },
                            "LayerNormalization: epsilon must be finite and > 0, got 0.");
  expect_error<ConfigError>(
      [] { LayerNormalization({.gamma_regularizer = orthogonal_regularizer()}); },
      "LayerNormalization: an orthogonal penalty is for kernels, not for gamma and beta.");
  expect_error<ConfigError>(
      [] { LayerNormalization({.beta_constraint = unit_norm({.axis = 1})}); },
      "LayerNormalization: beta_constraint: axis 1 does not exist in a weight of rank 1.");
  expect_error<ShapeError>(
      [] {
        LayerNormalization({.axis = {1, 3}}).output_shape({4, 5});
      },
      "LayerNormalization: axis 3 is not one of a row's (found (None, 4, 5)). "
      "Axis 0, the batch, has none: rows do not depend on each other.");
  expect_error<ShapeError>(
      [] {
        LayerNormalization().output_shape({4, 0});
      },
      "LayerNormalization: the rows must have 1 to 2147483647 features (found (None, 4, 0)).");
  expect_error<ConfigError>(
      [] {
        plan::Graph graph(Shape{3});
        LayerNormalization().lower(graph, Shape{3}, 0);
      },
      "LayerNormalization: the layer has no weights yet. Build the model first.");
  expect_error<ConfigError>(
      [] {
        LayerNormalization::from_config(Value::Dict{{"axis", "last"}});
      },
      "LayerNormalization: axis must be an integer or a list of integers, got \"last\".");
}

}  // namespace
}  // namespace regulus
