// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layer.h"

#include <gtest/gtest.h>

#include "regulus/nn/layers/activation/activation_layer.h"
#include "regulus/nn/layers/core/dense.h"
#include "regulus/nn/layers/regularization/dropout.h"
#include "regulus/nn/layers/reshaping/flatten.h"
#include "support/expect.h"

namespace regulus {
namespace {

using testing::expect_error;

BuildContext context(std::int64_t features) {
  return {Shape{features}, random::Key(1), 0};
}

TEST(Layer, IsExactlyItsClass) {
  const LayerPtr alpha = AlphaDropout({.rate = 0.2});
  const LayerPtr twin = MCAlphaDropout({.rate = 0.2});
  EXPECT_TRUE(is<AlphaDropout>(alpha));
  EXPECT_FALSE(is<AlphaDropout>(twin));
  EXPECT_TRUE(is<MCAlphaDropout>(twin));
  EXPECT_FALSE(is<Dense>(alpha));
}

TEST(Layer, AsGivesTheConcreteLayer) {
  const LayerPtr twin = MCAlphaDropout({.rate = 0.2});
  EXPECT_EQ(as<MCAlphaDropout>(twin).rate(), 0.2);
  EXPECT_EQ(as<AlphaDropout>(twin).rate(), 0.2);  // a twin is an AlphaDropout
  EXPECT_THROW(as<Dense>(twin), std::bad_cast);
}

TEST(Layer, TheNotebooksReplacementIsOneExpression) {
  const LayerPtr layers[] = {AlphaDropout({.rate = 0.2}), Dense({.units = 3})};
  std::vector<LayerPtr> replaced;
  for (const auto& layer : layers)
    replaced.push_back(is<AlphaDropout>(layer) ? MCAlphaDropout({.rate = as<AlphaDropout>(layer).rate()})
                                               : layer);
  EXPECT_TRUE(is<MCAlphaDropout>(replaced[0]));
  EXPECT_EQ(replaced[1].shared(), layers[1].shared());
}

TEST(Layer, PartialWrapsDefaultsOnce) {
  const auto regularized = partial<Dense>(
      {.activation = "elu", .kernel_initializer = "he_normal", .kernel_regularizer = l2(0.01)});
  const Dense hidden = regularized({.units = 300});
  const Dense output = regularized({.units = 10, .activation = "softmax"});
  EXPECT_EQ(hidden.config().at("activation"), Value("elu"));
  EXPECT_EQ(output.config().at("activation"), Value("softmax"));
  EXPECT_EQ(output.units(), 10);
  for (const Dense& layer : {hidden, output}) {
    EXPECT_EQ(layer.config().at("kernel_initializer").at("class_name"), Value("HeNormal"));
    EXPECT_EQ(layer.config().at("kernel_regularizer").at("config").at("l2"), Value(0.01));
  }
}

TEST(Layer, HandlesShareOneSetOfWeights) {
  const LayerPtr a = Dense({.units = 2});
  const LayerPtr b = a;
  a->build(context(3));
  EXPECT_TRUE(b->built());
  b->set_weights({Tensor({3, 2}, {1, 2, 3, 4, 5, 6}), Tensor({2}, {7, 8})});
  EXPECT_EQ(a->get_weights()[1], Tensor({2}, {7, 8}));
  EXPECT_EQ(a->weights()[0], b->weights()[0]);
}

TEST(Layer, BuildsOnceAndThenOnlyChecks) {
  const LayerPtr layer = Dense({.units = 2, .name = "d"});
  layer->build(context(3));
  const std::vector<Tensor> first = layer->get_weights();
  layer->build({Shape{3}, random::Key(99), 5});
  EXPECT_EQ(layer->get_weights(), first);
  expect_error<ShapeError>(
      [&] { layer->build(context(4)); },
      "Dense \"d\": the layer is already built for other rows (expected (None, 3), found "
      "(None, 4)). Use a new layer.");
  expect_error<ShapeError>(
      [&] {
        layer->build({Shape{3, 1}, random::Key(1), 0});
      },
      "Dense \"d\": the layer is already built for other rows (expected (None, 3), found "
      "(None, 3, 1)). Use a new layer.");
}

TEST(Layer, WithoutWeightsAnyRowsFit) {
  const LayerPtr layer = Flatten();
  layer->build({Shape{2, 3}, random::Key(1), 0});
  EXPECT_NO_THROW(layer->build({Shape{4}, random::Key(1), 0}));
  EXPECT_TRUE(layer->get_weights().empty());
  EXPECT_EQ(layer->count_params(), 0);
}

TEST(Layer, BuildRefusesRowsThatDoNotFitAndStaysUnbuilt) {
  const LayerPtr layer = Dense({.units = 2});
  EXPECT_THROW(layer->build({Shape{2, 3}, random::Key(1), 0}), ShapeError);
  EXPECT_FALSE(layer->built());
}

TEST(Layer, NameAndDeclaredShapeAreTheUsers) {
  Dense layer({.units = 2, .name = "first", .input_shape = {784}});
  EXPECT_EQ(layer.name(), "first");
  EXPECT_EQ(layer.declared_input_shape(), Shape({784}));
  layer.set_name("second");
  EXPECT_EQ(layer.config().at("name"), Value("second"));
  EXPECT_TRUE(Dense({.units = 2}).declared_input_shape().empty());
}

TEST(Layer, SetWeightsChangesNothingUnlessEverythingFits) {
  const LayerPtr layer = Dense({.units = 2, .name = "d"});
  expect_error<ConfigError>(
      [&] { layer->get_weights(); },
      "Dense \"d\": there are no weights before the build. Build the model first, or give its "
      "first layer an input_shape.");
  expect_error<ShapeError>(
      [&] { layer->set_weights({Tensor(Shape{2})}); },
      "Dense \"d\": set_weights got the wrong number of arrays (expected 0, found 1). Build the "
      "model first, or give its first layer an input_shape.");
  layer->build(context(3));
  const std::vector<Tensor> before = layer->get_weights();
  expect_error<ShapeError>(
      [&] {
        layer->set_weights({Tensor(Shape{3, 2})});
      },
      "Dense \"d\": set_weights got the wrong number of arrays (expected 2, found 1).");
  expect_error<ShapeError>(
      [&] {
        layer->set_weights({Tensor(Shape{3, 2}), Tensor(Shape{3})});
      },
      "Dense \"d\": the new bias has another shape (expected (2,), found (3,)).");
  EXPECT_EQ(layer->get_weights(), before);
}

}  // namespace
}  // namespace regulus
