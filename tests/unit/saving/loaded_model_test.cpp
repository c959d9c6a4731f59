// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "regulus/saving/model_file.h"
#include "regulus/train/temperature.h"
#include "support/expect.h"
#include "support/toy.h"

namespace regulus {
namespace {

using testing::expect_close;
using testing::kToyFeatures;
using testing::toy_data;
using testing::toy_model;

// Rows that only a scaling makes what the model was trained on.
Dataset bytes(std::int64_t rows) {
  std::vector<std::uint8_t> values(static_cast<std::size_t>(rows * kToyFeatures));
  std::vector<std::int32_t> labels;
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<std::uint8_t>(i * 7 + i / 11);
  for (std::int64_t r = 0; r < rows; ++r) labels.push_back(static_cast<std::int32_t>(r % 4));
  return Dataset::from_bytes({kToyFeatures}, std::move(values), std::move(labels));
}

LoadedModel loaded(std::optional<double> temperature) {
  ModelNotes notes{.normalization = Normalization::fit(bytes(60), {.scale = 1.0 / 255}),
                   .temperature = temperature};
  return model_from_bytes(model_to_bytes(toy_model(), notes), "m");
}

TEST(LoadedModel, ScalesTheRowsOnEveryPath) {
  LoadedModel loaded_model = loaded({});
  Sequential& model = loaded_model.model;
  const Dataset scaled = (*loaded_model.notes.normalization)(bytes(50));
  EXPECT_EQ(loaded_model.predict(bytes(50)), model.predict(scaled));
  EXPECT_EQ(loaded_model.predict_mc(bytes(50), {.samples = 3}).std,
            model.predict_mc(scaled, {.samples = 3}).std);
  EXPECT_EQ(loaded_model.evaluate(bytes(50)).entries(), model.evaluate(scaled).entries());
  Predictor predictor = loaded_model.predictor();
  Tensor y(Shape{50, 4});
  predictor.predict(std::span(bytes(50).view().bytes, 50 * kToyFeatures), {y.data(), 200});
  EXPECT_EQ(y, model.predict(scaled));
}

TEST(LoadedModel, AppliesTheTemperatureOnEveryPath) {
  LoadedModel loaded_model = loaded(2.5);
  const Dataset data = bytes(50);
  const Tensor p = at_temperature(loaded_model.model.predict(loaded_model.scaled(data)), 2.5);
  EXPECT_EQ(loaded_model.predict(data), p);
  Predictor predictor = loaded_model.predictor({.samples = 4});
  Tensor y(Shape{50, 4});
  Tensor std(Shape{50, 4});
  predictor.predict(std::span(data.view().bytes, 50 * kToyFeatures), {y.data(), 200});
  EXPECT_EQ(y, p);
  predictor.predict_mc(std::span(data.view().bytes, 50 * kToyFeatures), {y.data(), 200}, {std.data(), 200});
  const McPrediction mc = loaded_model.predict_mc(data, {.samples = 4});
  EXPECT_EQ(y, mc.mean);
  EXPECT_EQ(std, mc.std);
  const Logs logs = loaded_model.evaluate(data);
  double nll = 0;
  double right = 0;
  const std::vector<std::int32_t> predicted = argmax(p);
  for (std::int64_t r = 0; r < 50; ++r) {
    nll -= std::log(static_cast<double>(p.at({r, r % 4}))) / 50;
    right += predicted[static_cast<std::size_t>(r)] == r % 4 ? 0.02 : 0.0;
  }
  EXPECT_NEAR(logs["data_loss"], nll, 1e-6);
  EXPECT_NEAR(logs["accuracy"], right, 1e-12);
  EXPECT_DOUBLE_EQ(logs["loss"], logs["data_loss"] + logs["penalty"]);
}

TEST(LoadedModel, AsksForFunctionsOfOnesOwnAgain) {
  Sequential model = toy_model();
  const Metric own = metrics::Function("first", [](auto, auto p) { return static_cast<double>(p[0]); });
  for (const ModelFormat format : {ModelFormat::kSafetensors, ModelFormat::kKeras, ModelFormat::kH5}) {
    model.compile(
        {.optimizer = "adam", .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy", own}});
    const LoadedModel metric = model_from_bytes(model_to_bytes(model, {}, format), "m");
    EXPECT_EQ(metric.model.weights_sha256(), model.weights_sha256());
    ASSERT_FALSE(metric.notices.empty());
    EXPECT_NE(metric.notices.front().find("\"first\""), std::string::npos) << metric.notices.front();

    model.compile(
        {.optimizer = "adam", .loss = losses::Function("mine", [](auto, auto, auto) { return 0.0; })});
    const LoadedModel loss = model_from_bytes(model_to_bytes(model, {}, format), "m");
    EXPECT_EQ(loss.model.weights_sha256(), model.weights_sha256());
    EXPECT_FALSE(loss.model.compiled());
    ASSERT_FALSE(loss.notices.empty());
    EXPECT_NE(loss.notices.front().find("\"mine\""), std::string::npos) << loss.notices.front();
  }
  model.compile({.optimizer = "adam", .loss = "sparse_categorical_crossentropy", .metrics = {own}});
  const LoadedModel found = model_from_bytes(model_to_bytes(model), "m");
  EXPECT_TRUE(found.model.compiled());
  EXPECT_EQ(found.notices,
            std::vector<std::string>{
                "the metric \"first\" is a function of one's own, of which only the name was kept: "
                "give it to compile again."});
}

}  // namespace
}  // namespace regulus
