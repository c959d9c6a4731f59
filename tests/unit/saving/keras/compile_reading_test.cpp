// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/json.h"
#include "regulus/saving/keras/config.h"
#include "support/toy.h"
#include "unit/saving/keras/saved.h"

namespace regulus::keras {
namespace {

using namespace regulus::testing;

Sequential uncompiled() {
  return Sequential({Dense({.units = 4, .activation = "softmax", .input_shape = {20}})});
}

std::string problem(const std::string& config) {
  Sequential model = uncompiled();
  const std::string said = compile_from(model, parse_json(config, "config"));
  EXPECT_EQ(model.compiled(), said.empty() && config != "{}");
  return said;
}

TEST(CompileReading, WhatRegulusLacksLeavesTheModelUncompiled) {
  for (const auto& [name, notice] : {
           std::pair<std::string, std::string>{"schedule",
                                               "SGD: its learning_rate is a schedule that is not known"},
           {"metric", "Metric: \"AUC\" is not known. Did you mean \"acc\"?"},
           {"loss", "Loss: \"LogCosh\" is not known. Known: "},
           {"optimizer", "Optimizer: \"Lion\" is not known. Known: adam, adamw, nadam, rmsprop, sgd."},
           {"loss weights", "compile: loss_weights is not supported."},
       }) {
    SCOPED_TRACE(name);
    const SavedCase saved = saved_case("keras_other.json", name);
    const LoadedModel loaded = model_from_bytes(saved.file, "m");
    EXPECT_FALSE(loaded.model.compiled());
    ASSERT_EQ(loaded.notices.size(), 1u);
    EXPECT_TRUE(loaded.notices[0].starts_with("the model is not compiled: " + notice)) << loaded.notices[0];
    expect_close(loaded.model.predict(tensor(saved.golden.at("x"))), tensor(saved.golden.at("prediction")), 0,
                 1e-6, name);
  }
}

TEST(CompileReading, NamesAndObjects) {
  EXPECT_EQ(problem("{}"), "") << "Keras's word for a model that is not compiled";
  EXPECT_EQ(problem(R"({"optimizer": "rmsprop", "loss": "mse", "metrics": ["mae", ["mse"]]})"), "");
  EXPECT_EQ(problem(R"({"optimizer_config": {"class_name": "Custom>Nadam", "config": {"lr": 0.5}},
                        "loss": "sparse_categorical_crossentropy", "metrics": null})"),
            "");
  EXPECT_EQ(problem(R"({"optimizer": "sgd", "loss": {"class_name": "function", "module": "builtins",
                        "config": "mean_squared_error"}})"),
            "");
  EXPECT_EQ(problem(R"({"optimizer": "sgd", "loss": ["mse"], "metrics": [[{"class_name": "MeanMetricWrapper",
                        "config": {"name": "accuracy", "dtype": "float32"}}]]})"),
            "");
}

TEST(CompileReading, OtherConfigsAreNotices) {
  const std::string start = "the model is not compiled: ";
  EXPECT_EQ(problem("[]"), start + "compile: the config must be a dict.");
  EXPECT_EQ(problem(R"({"loss": "mse"})"), start + "compile: optimizer is missing.");
  EXPECT_EQ(problem(R"({"optimizer": "sgd"})"), start + "compile: loss is missing.");
  EXPECT_EQ(problem(R"({"optimizer": 7, "loss": "mse"})"),
            start + "optimizer: it must be a name, or class_name and config.");
  EXPECT_EQ(problem(R"({"optimizer": {"class_name": "SGD", "config": null}, "loss": "mse"})"),
            start + "SGD: the config must be a dict, got null.");
  EXPECT_EQ(problem(R"({"optimizer": {"class_name": "SGD", "module": "os", "config": {}}, "loss": "mse"})"),
            start + "optimizer: its class comes from the module \"os\", not from Keras.");
  EXPECT_EQ(problem(R"({"optimizer": "sgd", "loss": {"a": "mse", "b": "mse"}})"),
            start + "loss: it must be a name, or class_name and config.");
  EXPECT_EQ(problem(R"({"optimizer": "sgd", "loss": "mse", "weighted_metrics": ["mae"]})"),
            start + "compile: weighted_metrics is not supported.");
}

}  // namespace
}  // namespace regulus::keras
