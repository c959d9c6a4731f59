// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/activation/prelu.h"

#include <gtest/gtest.h>

#include "unit/nn/golden_layer.h"

namespace regulus {
namespace {

using testing::expect_error;

TEST(PReLU, FollowsKeras) {
  // A gradient of alpha is a float32 sum of up to 76 terms, in another order.
  testing::expect_layer_follows_keras("PReLU", 2e-6);
}

TEST(PReLU, AlphaHasOneValueWhereAxesAreShared) {
  const auto shape = [](std::vector<int> shared) {
    return PReLU({.shared_axes = std::move(shared)}).weight_shapes({4, 5, 6}).front();
  };
  EXPECT_EQ(shape({}), std::make_pair(std::string("alpha"), Shape({4, 5, 6})));
  EXPECT_EQ(shape({1, 2}).second, Shape({1, 1, 6}));
  EXPECT_EQ(shape({3}).second, Shape({4, 5, 1}));
}

TEST(PReLU, StartsAsItsInitializerSaysAndKeepsItsRules) {
  LayerPtr layer = PReLU({.alpha_initializer = initializers::Constant(0.25),
                          .alpha_regularizer = l2(0.5),
                          .alpha_constraint = max_norm(2, {.axis = -1})});
  layer->build({Shape{3}, random::Key(1), 0});
  EXPECT_EQ(layer->get_weights()[0], Tensor({3}, {0.25f, 0.25f, 0.25f}));
  EXPECT_EQ(layer->weights()[0]->penalty().l2, 0.5);
  EXPECT_EQ(layer->weights()[0]->constraint().axes, std::vector<int>{0});
}

TEST(PReLU, SaysWhatIsWrong) {
  const std::string rule = "PReLU \"p\": shared_axes must hold axes >= 1, each once, got ";
  const std::string fix = ". Axis 0, the batch, is always shared.";
  expect_error<ConfigError>([] { PReLU({.shared_axes = {0}, .name = "p"}); }, rule + "0" + fix);
  expect_error<ConfigError>([] { PReLU({.shared_axes = {2, 1, 2}, .name = "p"}); }, rule + "2" + fix);
  expect_error<ShapeError>(
      [] {
        PReLU({.shared_axes = {3}, .name = "p"}).output_shape({4, 5});
      },
      "PReLU \"p\": the rows lack the shared axis 3 (found (None, 4, 5)).");
  expect_error<ShapeError>([] { PReLU().output_shape(Shape{}); },
                           "PReLU: the input rows must have rank 1 (expected (None, n), found (None,)).");
  expect_error<ConfigError>(
      [] {
        PReLU layer({.alpha_constraint = max_norm(2, {.axis = 1}), .name = "p"});
        layer.build({Shape{4}, random::Key(1), 0});
      },
      "PReLU \"p\": alpha_constraint: axis 1 does not exist in a weight of rank 1.");
  expect_error<ConfigError>(
      [] {
        PReLU layer({.alpha_regularizer = orthogonal_regularizer(), .name = "p"});
        layer.build({Shape{4}, random::Key(1), 0});
      },
      "PReLU \"p\": alpha_regularizer: an orthogonal penalty needs a matrix, this weight has rank 1.");
  expect_error<ConfigError>(
      [] {
        plan::Graph graph(Shape{4});
        PReLU({.name = "p"}).lower(graph, Shape{4}, 0);
      },
      "PReLU \"p\": the layer has no weights yet. Build the model first.");
}

}  // namespace
}  // namespace regulus
