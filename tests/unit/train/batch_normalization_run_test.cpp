// SPDX-License-Identifier: Apache-2.0
// Batch normalization in whole models: training beside real Keras, files, Monte-Carlo prediction.
#include "regulus/nn/layers/normalization/batch_normalization.h"

#include <gtest/gtest.h>

#include <cmath>

#include "regulus/nn/layers/activation/activation_layer.h"
#include "regulus/optim/optimizer.h"
#include "regulus/saving/model_file.h"
#include "support/golden.h"
#include "support/temporary_folder.h"
#include "support/toy.h"

namespace regulus {
namespace {

using testing::expect_close;
using testing::golden;
using testing::tensor;
using testing::tensors;

Sequential keras_model() {
  return Sequential(
      {BatchNormalization({.momentum = 0.8, .input_shape = {7}}), Dense({.units = 6, .activation = "tanh"}),
       BatchNormalization({.momentum = 0.9, .gamma_regularizer = l2(0.01), .beta_constraint = max_norm(0.5)}),
       Dense({.units = 3, .activation = "softmax"})});
}

TEST(BatchNormalizationRun, ThreeStepsFollowKeras) {
  for (const auto& json : golden("batch_normalization.json").at("runs")) {
    const auto name = json.at("name").get<std::string>();
    Sequential model = keras_model();
    model.set_weights(tensors(json.at("start")));
    model.compile(
        {.optimizer = OptimizerPtr::from_config(json.at("class_name"), testing::value(json.at("config"))),
         .loss = "sparse_categorical_crossentropy"});
    const Dataset data(tensor(json.at("x")), testing::labels(json.at("labels")));
    for (std::int64_t step = 0; step < 3; ++step) {
      const auto at = static_cast<std::size_t>(step);
      const Logs logs = model.train_on_batch(data.slice(8 * step, 8 * step + 8));
      EXPECT_NEAR(logs["loss"], json.at("losses")[at].get<double>(), 1e-5) << name;
      const std::vector<Tensor> found = model.get_weights();
      const std::vector<Tensor> wanted = tensors(json.at("after")[at]);
      ASSERT_EQ(found.size(), wanted.size());
      for (std::size_t i = 0; i < found.size(); ++i)
        expect_close(found[i], wanted[i], 1e-5, 2e-6, name + " weight " + std::to_string(i));
    }
    expect_close(model.predict(data), tensor(json.at("prediction")), 1e-5, 1e-5, name + " prediction");
  }
}

Sequential normalized_model(bool trainable = true) {
  Sequential model(
      {Dense({.units = 20, .use_bias = false, .input_shape = {testing::kToyFeatures}}),
       BatchNormalization({.trainable = trainable}), ActivationLayer({.activation = "relu"}),
       MCDropout({.rate = 0.3}), Dense({.units = testing::kToyClasses, .activation = "softmax"})},
      {.name = "m", .seed = 3});
  model.compile({.optimizer = "nadam", .loss = "sparse_categorical_crossentropy"});
  return model;
}

TEST(BatchNormalizationRun, OnlyTrainingMovesTheMovingStatistics) {
  Sequential model = normalized_model();
  const Dataset data = testing::toy_data();
  const std::vector<Tensor> start = model.get_weights();
  model.fit(data, {.epochs = 1, .verbose = 0});
  const std::vector<Tensor> trained = model.get_weights();
  for (std::size_t i = 0; i < 5; ++i) EXPECT_NE(trained[i], start[i]) << i;
  for (const char* masks : {"independent", "shared"}) {
    const McPrediction mc = model.predict_mc(data, {.samples = 5, .masks = masks});
    EXPECT_NE(mc.std, Tensor(mc.std.shape())) << masks;
  }
  model.predict(data);
  model.evaluate(data, {.verbose = 0});
  EXPECT_EQ(model.get_weights(), trained);
}

// What Monte-Carlo prediction makes of a dense layer and its normalization is one dense layer: kernel
// times gamma / sqrt(moving variance + epsilon), and the same masks.
TEST(BatchNormalizationRun, MonteCarloSamplesAreThoseOfTheFoldedNetwork) {
  Sequential model({MCDropout({.rate = 0.3, .input_shape = {testing::kToyFeatures}}), Dense({.units = 18}),
                    BatchNormalization(), Dense({.units = testing::kToyClasses, .activation = "softmax"})},
                   {.seed = 3});
  model.compile({.optimizer = "nadam", .loss = "sparse_categorical_crossentropy"});
  const Dataset data = testing::toy_data();
  model.fit(data, {.epochs = 2, .verbose = 0});
  std::vector<Tensor> w = model.get_weights();  // kernel, bias, gamma, beta, moving mean and variance, …
  for (std::int64_t u = 0; u < 18; ++u) {
    const float scale = w[2].data()[u] / std::sqrt(w[5].data()[u] + 1e-3f);
    for (std::int64_t k = 0; k < testing::kToyFeatures; ++k) w[0].data()[k * 18 + u] *= scale;
    w[1].data()[u] = (w[1].data()[u] - w[4].data()[u]) * scale + w[3].data()[u];
  }
  for (const char* masks : {"independent", "shared"}) {
    Sequential folded({MCDropout({.rate = 0.3, .input_shape = {testing::kToyFeatures}}), Dense({.units = 18}),
                       Dense({.units = testing::kToyClasses, .activation = "softmax"})},
                      {.seed = 3});
    folded.set_weights({w[0], w[1], w[6], w[7]});
    Sequential again({MCDropout({.rate = 0.3, .input_shape = {testing::kToyFeatures}}), Dense({.units = 18}),
                      BatchNormalization(), Dense({.units = testing::kToyClasses, .activation = "softmax"})},
                     {.seed = 3});
    again.set_weights(model.get_weights());
    const McPrediction found = again.predict_mc(data, {.samples = 9, .masks = masks});
    const McPrediction wanted = folded.predict_mc(data, {.samples = 9, .masks = masks});
    // Logits below 10, rounded in float in another order.
    expect_close(found.mean, wanted.mean, 0, 5e-6, masks);
    expect_close(found.std, wanted.std, 0, 5e-6, masks);
  }
}

// Rows of a Monte-Carlo prediction do not see each other.
TEST(BatchNormalizationRun, AMonteCarloRowDoesNotDependOnItsBatch) {
  Sequential a = normalized_model();
  Sequential b = normalized_model();
  const Dataset data = testing::toy_data();
  const Tensor all = a.predict_mc(data, {.samples = 5}).mean;
  const Tensor some = b.predict_mc(data.slice(0, 3), {.samples = 5}).mean;
  EXPECT_EQ(all.slice(0, 3), some);
}

TEST(BatchNormalizationRun, AFrozenLayerKeepsAllItHas) {
  Sequential model = normalized_model(false);
  const std::vector<Tensor> start = model.get_weights();
  model.fit(testing::toy_data(), {.epochs = 1, .verbose = 0});
  const std::vector<Tensor> trained = model.get_weights();
  EXPECT_NE(trained[0], start[0]);
  for (std::size_t i = 1; i < 5; ++i) EXPECT_EQ(trained[i], start[i]) << i;
}

TEST(BatchNormalizationRun, AFileKeepsTheStatistics) {
  for (const bool trainable : {true, false}) {
    Sequential model = normalized_model(trainable);
    const Dataset data = testing::toy_data();
    model.fit(data, {.epochs = 1, .verbose = 0});
    const testing::TemporaryFolder folder;
    const std::string path = folder / "m.safetensors";
    save_model(path, model);
    const LoadedModel loaded = load_model(path);
    EXPECT_EQ(loaded.model.get_weights(), model.get_weights());
    EXPECT_EQ(loaded.model.layers()[1]->config(), model.layers()[1]->config());
  }
}

TEST(BatchNormalizationRun, ASummaryCountsTheStatisticsApart) {
  const std::string text = normalized_model().summary();
  EXPECT_NE(text.find(" Total params: 564 (2.20 KB)\n"), std::string::npos) << text;
  EXPECT_NE(text.find(" Trainable params: 524 (2.05 KB)\n"), std::string::npos) << text;
  EXPECT_NE(text.find(" Non-trainable params: 40 (160.00 B)\n"), std::string::npos) << text;
}

}  // namespace
}  // namespace regulus
