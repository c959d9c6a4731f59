// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "regulus/base/json.h"
#include "regulus/optim/nadam.h"
#include "support/expect.h"
#include "support/toy.h"

namespace regulus {
namespace {

using testing::expect_error;
using testing::toy_model;

Sequential uncompiled() {
  return Sequential({Dense({.units = 4, .input_shape = {20}})});
}

TEST(CompileConfig, ComesBack) {
  Sequential model = uncompiled();
  model.compile({.optimizer = Nadam({.learning_rate = 0.25, .clipnorm = 2.0}),
                 .loss = losses::SparseCategoricalCrossentropy({.from_logits = true}),
                 .metrics = {"acc", metrics::SparseTopKCategoricalAccuracy({.k = 2})}});
  const Value config = model.compile_config();
  Sequential other = uncompiled();
  other.compile_from_config(parse_json(to_json(config), "config"));
  EXPECT_EQ(other.compile_config(), config);
  EXPECT_EQ(other.optimizer().learning_rate(), 0.25);
  EXPECT_TRUE(other.loss().spec().from_logits);
  const Logs logs = other.evaluate(testing::toy_data(10));
  EXPECT_TRUE(logs.contains("acc"));
  EXPECT_TRUE(logs.contains("sparse_top_k_categorical_accuracy"));
}

TEST(CompileConfig, HasTheLearningRateOfToday) {
  Sequential model = toy_model();
  model.optimizer().set_learning_rate(0.125);
  EXPECT_EQ(model.compile_config().at("optimizer").at("config").at("learning_rate"), Value(0.125));
}

TEST(CompileConfig, NeedsACompiledModel) {
  expect_error<ConfigError>(
      [] { uncompiled().compile_config(); },
      "compile_config: the model is not compiled. Call compile({.optimizer = …, .loss = …}) "
      "first.");
}

TEST(CompileFromConfig, NamesWhatIsWrong) {
  const auto refused = [](const char* json, const std::string& text) {
    Sequential model = uncompiled();
    expect_error<ConfigError>([&] { model.compile_from_config(parse_json(json, "config")); }, text);
    EXPECT_FALSE(model.compiled());
  };
  refused("[]", "compile: the config must be a dict, got a list.");
  refused("{\"los\":1}", "compile: the config key \"los\" is not known. Did you mean \"loss\"?");
  refused("{\"loss\":1}", "loss: the config must be a dict, got 1.");
  refused("{\"loss\":{\"class_name\":\"MeanSquaredError\"}}", "loss: config is missing.");
  refused("{\"metrics\":1}", "compile: metrics must be a list, got 1.");
  refused("{}", "compile: loss is missing. Give one, e.g. .loss = \"sparse_categorical_crossentropy\".");
}

}  // namespace
}  // namespace regulus
