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

using Texts = std::vector<std::string>;

// What is said of a config; whether the model is compiled must be what is expected.
Texts said(const std::string& config, bool compiled = true) {
  Sequential model = uncompiled();
  const Compiled result = compile_from(model, parse_json(config, "config"));
  EXPECT_EQ(model.compiled(), compiled) << config;
  return result.notices;
}

Sequential compiled(const std::string& config) {
  Sequential model = uncompiled();
  EXPECT_EQ(compile_from(model, parse_json(config, "config")).notices, Texts()) << config;
  return model;
}

Texts metric_names(const Sequential& model) {
  Texts names;
  for (const Metric& metric : model.metrics()) names.push_back(metric.name());
  return names;
}

const std::string kDefault = " The model is compiled with Keras's default, a fresh rmsprop.";

TEST(CompileReading, WhatRegulusLacksCostsThatOneThing) {
  for (const auto& [name, compiled, notice] :
       {std::tuple<std::string, bool, std::string>{"metric", true,
                                                   "a metric is left out: Metric: \"AUC\" is not known."},
        {"loss", false, "the model is not compiled: Loss: \"LogCosh\" is not known."},
        {"loss weights", false,
         "the model is not compiled: compile: loss_weights is not supported (found 2.0"}}) {
    SCOPED_TRACE(name);
    const SavedCase saved = saved_case("keras_other.json", name);
    const LoadedModel loaded = model_from_bytes(saved.file, "m");
    EXPECT_EQ(loaded.model.compiled(), compiled);
    ASSERT_EQ(loaded.notices.size(), 1u);
    EXPECT_TRUE(loaded.notices[0].starts_with(notice)) << loaded.notices[0];
    expect_close(loaded.model.predict(tensor(saved.golden.at("x"))), tensor(saved.golden.at("prediction")), 0,
                 1e-6, name);
  }
}

TEST(CompileReading, AnOptimizerThatIsNotKnownLeavesLossAndMetrics) {
  Sequential model = uncompiled();
  const Compiled result = compile_from(
      model, parse_json(R"({"optimizer": {"class_name": "Sophia", "config": {"lr": 1}}, "loss": "mse",
                            "metrics": ["mae"]})",
                        "config"));
  ASSERT_EQ(result.notices.size(), 1u);
  EXPECT_TRUE(result.notices[0].starts_with("the optimizer is not kept: Optimizer: \"Sophia\" is not known."))
      << result.notices[0];
  EXPECT_TRUE(result.notices[0].ends_with(kDefault)) << result.notices[0];
  EXPECT_FALSE(result.optimizer);
  EXPECT_EQ(metric_names(model), Texts{"mae"});
  EXPECT_EQ(model.optimizer().class_name(), std::string("RMSprop"));
}

TEST(CompileReading, NamesAndObjects) {
  EXPECT_EQ(said("{}", false), Texts()) << "Keras's word for a model that is not compiled";
  EXPECT_EQ(metric_names(compiled(R"({"optimizer": "rmsprop", "loss": "mse", "metrics": ["mae", ["mse"]]})")),
            (Texts{"mae", "mse"}));
  const Sequential legacy =
      compiled(R"({"optimizer_config": {"class_name": "Custom>Nadam", "config": {"lr": 0.5}},
                   "loss": "sparse_categorical_crossentropy", "metrics": null})");
  EXPECT_EQ(legacy.optimizer().learning_rate(), 0.5);
  compiled(R"({"optimizer": "sgd", "loss": {"class_name": "function", "module": "builtins",
               "config": "mean_squared_error"}})");
  EXPECT_EQ(metric_names(compiled(
                R"({"optimizer": "sgd", "loss": ["mse"], "metrics": [[{"class_name": "MeanMetricWrapper",
                    "config": {"name": "accuracy", "dtype": "float32"}}]]})")),
            Texts{"accuracy"});
}

// Keras 2 stores the function that a metric of another name computes.
TEST(CompileReading, AWrappedMetricIsItsFunction) {
  const Sequential model =
      compiled(R"({"optimizer": "sgd", "loss": {"class_name": "SparseCategoricalCrossentropy", "config":
                   {"reduction": "auto", "name": "s", "from_logits": true, "ignore_class": null}},
                   "metrics": [{"class_name": "MeanMetricWrapper", "config": {"name": "right",
                   "dtype": "float32", "fn": "sparse_categorical_accuracy"}}]})");
  ASSERT_EQ(model.metrics().size(), 1u);
  EXPECT_EQ(model.metrics()[0].class_name(), "SparseCategoricalAccuracy");
  EXPECT_EQ(model.metrics()[0].name(), "right");
  EXPECT_TRUE(model.loss().spec().from_logits);
}

TEST(CompileReading, ListsAndDictsOfOneOutput) {
  const Sequential model = compiled(
      R"({"optimizer": "sgd", "loss": {"out": [{"class_name": "MeanSquaredError", "config": {"name": "m",
          "reduction": "sum_over_batch_size", "dtype": {"module": "keras", "class_name": "DTypePolicy",
          "config": {"name": "float32"}}}}]}, "metrics": {"out": ["mae", {"class_name": "MeanSquaredError",
          "config": {"name": "mine", "dtype": "float32"}}]}, "loss_weights": {"out": 1.0},
          "weighted_metrics": []})");
  EXPECT_EQ(model.loss().class_name(), "MeanSquaredError");
  EXPECT_EQ(metric_names(model), (Texts{"mae", "mine"}));
  EXPECT_EQ(said(R"({"optimizer": "sgd", "loss": {"a": "mse", "b": "mse"}})", false),
            Texts{"the model is not compiled: loss: it is not that of one output (found "
                  "{\"a\":\"mse\",\"b\":\"mse\"})."});
}

TEST(CompileReading, WeightedMetricsAreReadAsPlainOnes) {
  Sequential model = uncompiled();
  const Compiled result =
      compile_from(model, parse_json(R"({"optimizer": "sgd", "loss": "mse", "metrics": ["mse"],
                            "weighted_metrics": {"out": ["mae", "mse"]}})",
                                     "config"));
  const auto notice = [](const std::string& name) {
    return "the weighted metric \"" + name + "\" is read as one that does not weigh its rows.";
  };
  EXPECT_EQ(result.notices, (Texts{notice("mae"), notice("mse")}));
  EXPECT_EQ(metric_names(model), (Texts{"mse", "mae"}));
}

// In Keras it is a loss of each row, whose gradients are summed: no mean.
TEST(CompileReading, AReductionOfNullIsNoMean) {
  EXPECT_EQ(
      said(R"({"optimizer": "sgd", "loss": {"class_name": "MeanSquaredError",
                     "config": {"name": "m", "reduction": null}}})",
           false),
      Texts{"the model is not compiled: MeanSquaredError: reduction must be \"sum_over_batch_size\", got "
            "null."});
}

TEST(CompileReading, TheOptimizerBehindALossScaleIsRead) {
  const Sequential model =
      compiled(R"({"optimizer": {"module": "keras.optimizers", "class_name": "LossScaleOptimizer", "config":
                   {"name": "l", "inner_optimizer": {"module": "keras.optimizers", "class_name": "Adam", "config":
                   {"learning_rate": 0.25}}, "initial_scale": 32768.0, "dynamic_growth_steps": 2000}},
                   "loss": "mse"})");
  EXPECT_EQ(model.optimizer().class_name(), std::string("Adam"));
  EXPECT_EQ(model.optimizer().learning_rate(), 0.25);
}

TEST(CompileReading, OtherConfigsAreNotices) {
  const std::string start = "the model is not compiled: ";
  EXPECT_EQ(said("[]", false), Texts{start + "compile: the config must be a dict."});
  EXPECT_EQ(said(R"({"loss": "mse"})"),
            Texts{"the optimizer is not kept: compile: optimizer is missing." + kDefault});
  EXPECT_EQ(said(R"({"optimizer": "sgd"})", false), Texts{start + "compile: loss is missing."});
  EXPECT_EQ(
      said(R"({"optimizer": 7, "loss": "mse"})"),
      Texts{"the optimizer is not kept: optimizer: it must be a name, or class_name and config." + kDefault});
  EXPECT_EQ(
      said(R"({"optimizer": {"class_name": "SGD", "module": "os", "config": {}}, "loss": "mse"})"),
      Texts{"the optimizer is not kept: optimizer: its class comes from the module \"os\", not from Keras." +
            kDefault});
}

}  // namespace
}  // namespace regulus::keras
