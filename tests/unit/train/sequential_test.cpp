// SPDX-License-Identifier: Apache-2.0
#include "regulus/train/sequential.h"

#include <gtest/gtest.h>

#include <functional>
#include <utility>

#include "regulus/base/error.h"
#include "regulus/nn/layers/reshaping/flatten.h"
#include "support/golden.h"
#include "support/toy.h"

namespace regulus {
namespace {

using testing::expect_error;

TEST(Sequential, NamesLayersAsKerasDoes) {
  Sequential model({Dense({.units = 3, .input_shape = {4}}), AlphaDropout({.rate = 0.1}), Dense({.units = 2}),
                    Dense({.units = 2, .name = "mine"})});
  std::vector<std::string> names;
  for (const LayerPtr& layer : model.layers()) names.push_back(layer->name());
  EXPECT_EQ(names, (std::vector<std::string>{"dense", "alpha_dropout", "dense_1", "mine"}));
  EXPECT_EQ(&*model.layer("mine"), &*model.layers()[3]);
  expect_error<ConfigError>(
      [&] { (void)model.layer("dense_l"); },
      "Sequential \"" + model.name() + "\": there is no layer \"dense_l\". Did you mean \"dense_1\"?");
  expect_error<ConfigError>([&] { model.add(Dense({.units = 2, .name = "mine"})); },
                            "Sequential \"" + model.name() +
                                "\": the layer name \"mine\" is taken. Give each layer a name of its own.");
}

TEST(Sequential, GivesTheFirstNumberThatIsFree) {
  Sequential model({Dropout({.rate = 0.1, .name = "dropout_1"}), Dropout({.rate = 0.1}),
                    Dropout({.rate = 0.1}), Dropout({.rate = 0.1, .name = "dropout_4"}),
                    Dropout({.rate = 0.1}), Dropout({.rate = 0.1})});
  std::vector<std::string> names;
  for (const LayerPtr& layer : model.layers()) names.push_back(layer->name());
  EXPECT_EQ(names, (std::vector<std::string>{"dropout_1", "dropout", "dropout_2", "dropout_4", "dropout_3",
                                             "dropout_5"}));
}

// Before anything is trained: what no file could bring back.
TEST(Sequential, RefusesWhatNoFileHolds) {
  Sequential model(Sequential::Options{.name = "m", .seed = 1});
  expect_error<ConfigError>(
      [&] { model.add(Dense({.units = 2, .name = std::string(1025, 'n')})); },
      "Sequential \"m\": a layer's name is too long (expected at most 1024 bytes, found "
      "1025).");
  expect_error<ShapeError>(
      [&] { model.add(Flatten({.name = "f", .input_shape = Shape(std::vector<std::int64_t>(32, 1))})); },
      "Sequential \"m\": the rows have too many axes (expected at most 31, found 32).");
  expect_error<ShapeError>(
      [&] {
        model.add(Flatten({.name = "f", .input_shape = {1 << 16, 1 << 16}}));
      },
      "Sequential \"m\": the rows must have 1 to 2147483647 features (found (None, 65536, 65536)).");
  EXPECT_TRUE(model.layers().empty());
  for (int i = 0; i < 10'000; ++i) model.add(Dropout({.rate = 0.1}));
  expect_error<ConfigError>(
      [&] { model.add(Dropout({.rate = 0.1})); },
      "Sequential \"m\": it has too many layers (expected at most 10000, found 10001).");
}

TEST(Sequential, BuildsWhenTheShapeIsKnown) {
  Sequential early({Flatten({.input_shape = {2, 3}}), Dense({.units = 5})});
  EXPECT_TRUE(early.built());
  EXPECT_EQ(early.input_shape(), (Shape{2, 3}));
  EXPECT_EQ(early.output_shape(), (Shape{5}));
  EXPECT_EQ(early.count_params(), 35);

  Sequential late({Flatten(), Dense({.units = 5})});
  EXPECT_FALSE(late.built());
  EXPECT_EQ(late.count_params(), 0);
  late.build({2, 3});
  EXPECT_EQ(late.count_params(), 35);
  EXPECT_NO_THROW(late.build({2, 3}));
  expect_error<ShapeError>(
      [&] { late.build({7}); },
      "Sequential \"" + late.name() +
          "\": the model is already built for other rows (expected (None, 2, 3), found (None, 7)).");
}

// The same seed gives the same start, however the model came to its weights.
TEST(Sequential, WeightsDependOnSeedAndPositionOnly) {
  const auto weights = [](bool early, std::uint64_t seed) {
    Sequential model(
        early ? std::initializer_list<LayerPtr>{Dense({.units = 5, .input_shape = {6}}), Dense({.units = 2})}
              : std::initializer_list<LayerPtr>{Dense({.units = 5}), Dense({.units = 2})},
        {.seed = seed});
    model.build({6});
    return model.weights_sha256();
  };
  EXPECT_EQ(weights(true, 1), weights(false, 1));
  EXPECT_NE(weights(true, 1), weights(true, 2));
}

TEST(Sequential, GetAndSetWeightsRoundTrip) {
  Sequential model({Dense({.units = 17, .input_shape = {5}}), Dense({.units = 2, .use_bias = false})},
                   {.seed = 3});
  std::vector<Tensor> weights = model.get_weights();
  ASSERT_EQ(weights.size(), 3u);
  EXPECT_EQ(weights[0].shape(), (Shape{5, 17}));
  EXPECT_EQ(weights[1].shape(), (Shape{17}));
  EXPECT_EQ(weights[2].shape(), (Shape{17, 2}));
  weights[0].data()[3] = 42;
  Sequential twin({Dense({.units = 17, .input_shape = {5}}), Dense({.units = 2, .use_bias = false})},
                  {.seed = 4});
  EXPECT_NE(twin.weights_sha256(), model.weights_sha256());
  twin.set_weights(weights);
  model.set_weights(weights);
  EXPECT_EQ(twin.get_weights(), weights);
  EXPECT_EQ(twin.weights_sha256(), model.weights_sha256());
  expect_error<ShapeError>([&] { model.set_weights({weights[0]}); },
                           "set_weights: wrong number of arrays (expected 3, found 1).");
}

// The notebook's way to a Monte-Carlo model.
TEST(Sequential, SharesTheWeightsOfSharedLayers) {
  Sequential model = testing::toy_model();
  Sequential twin;
  for (const LayerPtr& layer : model.layers()) {
    if (is<AlphaDropout>(layer))
      twin.add(MCAlphaDropout({.rate = as<AlphaDropout>(layer).rate()}));
    else
      twin.add(layer);
  }
  model.fit(testing::toy_data(), {.verbose = 0});
  EXPECT_EQ(twin.weights_sha256(), model.weights_sha256());
  const Tensor x = testing::normals(5, testing::kToyFeatures, 3);
  EXPECT_EQ(model.predict(x), model.predict(x));
  EXPECT_NE(twin.predict(x), twin.predict(x));  // draws anew at each call
}

TEST(Sequential, ConfigRoundTrips) {
  Sequential model = testing::toy_model();
  Sequential copy = Sequential::from_config(model.config());
  EXPECT_EQ(copy.config(), model.config());
  copy.set_weights(model.get_weights());
  const Tensor x = testing::normals(3, testing::kToyFeatures, 3);
  EXPECT_EQ(copy.predict(x), model.predict(x));
}

TEST(Sequential, CompileStartsTheOptimizerAnew) {
  Sequential model = testing::toy_model();
  model.fit(testing::toy_data(), {.verbose = 0});
  EXPECT_EQ(model.iterations(), 5u);
  model.compile({.optimizer = "sgd", .loss = "sparse_categorical_crossentropy"});
  EXPECT_EQ(model.iterations(), 0u);
  EXPECT_EQ(model.loss().class_name(), "SparseCategoricalCrossentropy");
  EXPECT_STREQ(model.optimizer().class_name(), "SGD");
}

TEST(Sequential, SaysWhatIsMissing) {
  Sequential model({Dense({.units = 3})});
  expect_error<ConfigError>(
      [&] { model.fit(testing::toy_data()); },
      "fit: the model is not compiled. Call compile({.optimizer = …, .loss = …}) first.");
  expect_error<ConfigError>(
      [&] { model.compile({.optimizer = "adam"}); },
      "compile: loss is missing. Give one, e.g. .loss = \"sparse_categorical_crossentropy\".");
  expect_error<ConfigError>([&] { (void)model.predict(testing::toy_data()); },
                            "predict: the model has no weights yet. Give the first layer an input_shape, or "
                            "call build or fit first.");
}

TEST(Sequential, EveryUseOfAMovedOneIsAnError) {
  Sequential model = testing::toy_model();
  const Sequential taken = std::move(model);
  const Dataset data = testing::toy_data(8);
  const std::function<void()> uses[] = {
      [&] { model.add(Dense({.units = 1})); },
      [&] { model.build({3}); },
      [&] { model.name(); },
      [&] { model.layers(); },
      [&] { model.layer("dense"); },
      [&] { model.built(); },
      [&] { model.compiled(); },
      [&] { model.input_shape(); },
      [&] { model.output_shape(); },
      [&] { model.count_params(); },
      [&] { model.notes(); },
      [&] { model.summary(); },
      [&] { model.config(); },
      [&] { model.compile({.loss = "mse"}); },
      [&] { model.loss(); },
      [&] { model.metrics(); },
      [&] { model.optimizer(); },
      [&] { std::as_const(model).optimizer(); },
      [&] { model.compile_config(); },
      [&] { model.iterations(); },
      [&] { model.training_state(); },
      [&] { model.set_training_state({}); },
      [&] { model.fit(data); },
      [&] { model.evaluate(data); },
      [&] { model.predict(data); },
      [&] { model(data); },
      [&] { model.predict_mc(data); },
      [&] { model.train_on_batch(data); },
      [&] { model.get_weights(); },
      [&] { model.set_weights({}); },
      [&] { model.trainable_weights(); },
      [&] { model.weights_sha256(); },
      [&] { model.stop_training(); },
      [&] { model.lower(); },
      [&] { model.key(); },
  };
  for (const auto& use : uses)
    testing::expect_error<ConfigError>(
        use, "Sequential: the model was moved away. Use the one that it was moved to.");
  model = testing::toy_model();
  model.predict(data);
}

TEST(Sequential, AnEmptyLayerHandleIsAnError) {
  Sequential model({}, {.name = "m"});
  LayerPtr layer = Dense({.units = 1});
  const LayerPtr taken = std::move(layer);
  testing::expect_error<ConfigError>([&] { model.add(layer); },
                                     "Sequential \"m\": there is no layer in the handle. Was it moved away?");
}

}  // namespace
}  // namespace regulus
