// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/preprocessing/normalization_layer.h"

#include <gtest/gtest.h>

#include <cmath>

#include "regulus/nn/layers/core/dense.h"
#include "regulus/saving/model_file.h"
#include "unit/nn/golden_layer.h"

namespace regulus {
namespace {

using testing::expect_close;
using testing::expect_error;
using testing::golden;
using testing::tensor;

TEST(NormalizationLayer, FollowsKerasWithGivenMoments) {
  testing::expect_layer_follows_keras("Normalization", 3e-7, "normalizations.json");  // double rounds once
}

TEST(NormalizationLayer, HasKerasConfig) {
  testing::expect_config(NormalizationLayer({.name = "a"}),
                         golden("normalizations.json").at("default_configs").at("Normalization"), "default");
}

TEST(NormalizationLayer, AdaptsAsKeras) {
  for (const auto& json : golden("normalizations.json").at("adapted")) {
    const auto name = json.at("name").get<std::string>();
    NormalizationLayer layer = NormalizationLayer::from_config(testing::value(json.at("config")));
    testing::expect_config(layer, json.at("config"), name);
    layer.adapt(tensor(json.at("data")));
    const std::vector<Tensor> weights = layer.get_weights();
    ASSERT_EQ(weights.size(), json.at("weights").size()) << name;
    for (std::size_t w = 0; w < weights.size(); ++w) {
      // Keras sums in float.
      expect_close(weights[w], tensor(json.at("weights").at(w)), 1e-6, 1e-6, name + " weight");
      EXPECT_EQ(layer.weights()[w]->name(), json.at("weight_names").at(w)) << name;
      EXPECT_FALSE(layer.weights()[w]->trainable());
    }
    const auto check = [&]<class T>(T) {
      expect_close(testing::run<T>(tensor(json.at("x")), {layer}, plan::Mode::kPredict).output,
                   tensor(json.at("y")), 2e-6, 2e-6, name);
    };
    check(float{});
    check(double{});
  }
}

TEST(NormalizationLayer, BeforeAdaptingPassesRowsOn) {
  const Tensor x({2, 2}, {1, -2, 3, 4});
  EXPECT_EQ(testing::run<float>(x, {NormalizationLayer()}, plan::Mode::kPredict).output, x);
}

Sequential adapted_model(const Tensor& data) {
  NormalizationLayer normalize;
  normalize.adapt(data);
  Sequential model({normalize, Dense({.units = 2})}, {.name = "m", .seed = 5});
  model.build(data.shape().without_front());
  model.compile({.optimizer = "sgd", .loss = "mean_squared_error"});
  return model;
}

TEST(NormalizationLayer, TrainingLeavesTheMomentsAloneAndAFileKeepsThem) {
  const Tensor x({3, 2}, {1, 100, 2, 300, 6, 200});
  Sequential model = adapted_model(x);
  const std::vector<Tensor> moments = model.layers()[0]->get_weights();
  EXPECT_EQ(moments[0], Tensor(Shape{2}, {3, 200}));
  model.train_on_batch({x, Tensor({3, 2}, {1, 0, 0, 1, 1, 1})});
  EXPECT_EQ(model.layers()[0]->get_weights(), moments);
  const LoadedModel loaded = model_from_bytes(model_to_bytes(model), "test");
  EXPECT_EQ(loaded.model.get_weights(), model.get_weights());
  EXPECT_EQ(loaded.model.predict(x), model.predict(x));
}

TEST(NormalizationLayer, AdaptingAgainIsSeenByACompiledModel) {
  NormalizationLayer normalize;
  normalize.adapt(Tensor({2, 1}, {1, 3}));
  Sequential model({normalize, Dense({.units = 1, .use_bias = false, .kernel_initializer = "ones"})}, {});
  model.build({1});
  const Tensor x({1, 1}, {12});
  EXPECT_EQ(model.predict(x), Tensor({1, 1}, {10}));
  normalize.adapt(Tensor({2, 1}, {10, 14}));
  EXPECT_EQ(model.predict(x), Tensor({1, 1}, {0}));
}

TEST(NormalizationLayer, SaysWhatIsWrong) {
  expect_error<ConfigError>(
      [] { NormalizationLayer({.mean = 1, .name = "n"}); },
      "Normalization \"n\": mean and variance must be given together. Leave both out and call adapt().");
  expect_error<ConfigError>(
      [] {
        NormalizationLayer({.mean = Value::List{1, 2}, .variance = Value::List{1, Value::List{2}}});
      },
      "Normalization: variance must be a number or lists of numbers, equally long.");
  expect_error<ConfigError>([] { NormalizationLayer({.mean = "zero", .variance = 1}); },
                            "Normalization: mean must be a number or lists of numbers, equally long.");
  expect_error<ConfigError>([] { NormalizationLayer({.mean = std::nan(""), .variance = 1}); },
                            "Normalization: mean must be finite, got nan.");
  expect_error<ConfigError>([] { NormalizationLayer({.mean = 0, .variance = -0.5}); },
                            "Normalization: variance must be >= 0, got -0.5.");
  expect_error<ConfigError>(
      [] {
        NormalizationLayer({.mean = 0, .variance = Value::List{1, 2}});
      },
      "Normalization: mean and variance must have one shape, got () and (2,).");
  expect_error<ConfigError>(
      [] { NormalizationLayer({.axis = {}, .mean = Value::List{1}, .variance = Value::List{1}}); },
      "Normalization: mean must not have more axes than are in axis, got (1,) for 0.");
  expect_error<ShapeError>(
      [] {
        NormalizationLayer({.mean = Value::List{1, 2}, .variance = Value::List{1, 2}}).output_shape({3});
      },
      "Normalization: mean does not fit the rows (expected (3,), or 1 for any length, found (2,)).");
  expect_error<ShapeError>([] { NormalizationLayer({.axis = 2}).output_shape({3}); },
                           "Normalization: axis 2 is not one of a row's (found (None, 3)). "
                           "Axis 0, the batch, has none: rows do not depend on each other.");
  expect_error<ConfigError>(
      [] {
        plan::Graph graph(Shape{3});
        NormalizationLayer().lower(graph, Shape{3}, 0);
      },
      "Normalization: the layer has no weights yet. Build the model first.");
}

TEST(NormalizationLayer, SaysWhatItCannotAdaptTo) {
  expect_error<ConfigError>(
      [] {
        NormalizationLayer({.mean = 0, .variance = 1}).adapt(Tensor({1, 1}, {2}));
      },
      "Normalization: mean and variance were given: there is nothing to adapt.");
  expect_error<DataError>(
      [] {
        NormalizationLayer().adapt(Tensor(Shape{0, 3}));
      },
      "Normalization: adapt needs at least one row (found (0, 3)).");
  expect_error<DataError>(
      [] {
        NormalizationLayer().adapt(Tensor({2, 1}, {1, HUGE_VALF}));
      },
      "Normalization: adapt needs finite values whose variance fits a float.");
  expect_error<ShapeError>(
      [] {
        NormalizationLayer layer;
        layer.adapt(Tensor({1, 3}, {1, 2, 3}));
        layer.adapt(Tensor({1, 2}, {1, 2}));
      },
      "Normalization: the layer is already built for other rows (expected (None, 3), found (None, 2)). "
      "Use a new layer.");
}

}  // namespace
}  // namespace regulus
