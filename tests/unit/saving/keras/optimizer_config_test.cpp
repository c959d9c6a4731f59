// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/keras/optimizer_config.h"

#include <gtest/gtest.h>

#include "regulus/base/json.h"
#include "regulus/optim/adam.h"
#include "regulus/optim/nadam.h"
#include "regulus/optim/rmsprop.h"
#include "regulus/optim/sgd.h"
#include "support/expect.h"

namespace regulus::keras {
namespace {

using testing::expect_error;

Value read(const std::string& entry) {
  const OptimizerPtr optimizer = read_optimizer_config(parse_json(entry, "entry"), Numbers::kRounded);
  return optimizer->config();
}

OptimizerOrigin origin(const std::string& entry) {
  return compiled_origin(Value::Dict{{"optimizer", parse_json(entry, "entry")}});
}

TEST(OptimizerConfig, OfKeras3) {
  EXPECT_EQ(read(R"("adam")"), Adam().config());
  EXPECT_EQ(read(R"({"module": "keras.optimizers", "class_name": "SGD", "config": {"learning_rate":
                     0.10000000149011612, "momentum": 0.5}})"),
            SGD({.learning_rate = 0.1, .momentum = 0.5}).config());
  EXPECT_FALSE(origin(R"({"class_name": "SGD", "config": {"learning_rate": 0.5}})").is_legacy);
  EXPECT_FALSE(origin(R"("adam")").is_legacy);
}

// What Keras 2.0 to 2.10 writes, tf.keras with a name and Keras alone without one.
TEST(OptimizerConfig, OfKerasBefore211) {
  EXPECT_EQ(
      read(R"({"class_name": "Adam", "config": {"name": "Adam", "learning_rate": 0.5, "decay": 0.25,
                     "beta_1": 0.8, "beta_2": 0.9, "epsilon": null, "amsgrad": true}})"),
      Adam({.learning_rate = 0.5, .beta_1 = 0.8, .beta_2 = 0.9, .amsgrad = true, .decay = 0.25}).config());
  EXPECT_EQ(read(R"({"class_name": "SGD", "config": {"lr": 0.5, "momentum": 0.0, "decay": 0.0,
                     "nesterov": false}})"),
            SGD({.learning_rate = 0.5}).config());
  EXPECT_TRUE(origin(R"({"class_name": "SGD", "config": {"lr": 0.5}})").is_legacy);
  EXPECT_TRUE(origin(R"({"class_name": "Adam", "config": {"decay": 0.0}})").is_legacy);
  EXPECT_TRUE(origin(R"({"class_name": "Adam", "config": {"is_legacy_optimizer": true}})").is_legacy);
  EXPECT_FALSE(origin(R"({"class_name": "Adam", "config": {"is_legacy_optimizer": false}})").is_legacy);
}

TEST(OptimizerConfig, NadamsDecayIsThatOfItsSchedule) {
  const std::string start = R"({"class_name": "Nadam", "config": {)";
  EXPECT_EQ(read(start + R"("name": "Nadam", "learning_rate": 0.5, "decay": 0.02}})"),
            Nadam({.learning_rate = 0.5, .schedule_decay = 0.02}).config());
  EXPECT_EQ(read(start + R"("lr": 0.5, "schedule_decay": 0.02}})"),
            Nadam({.learning_rate = 0.5, .schedule_decay = 0.02}).config());
  EXPECT_EQ(read(start + R"("lr": 0.5}})"), Nadam({.learning_rate = 0.5, .schedule_decay = 0.004}).config());
  EXPECT_EQ(read(start + R"("learning_rate": 0.5}})"), Nadam({.learning_rate = 0.5}).config());
}

TEST(OptimizerConfig, RMSpropsEpsilonWasOutsideWhereThereIsNoMomentum) {
  const std::string start = R"({"class_name": "RMSprop", "config": {"name": "RMSprop", "decay": 0.0, )";
  EXPECT_EQ(read(start + R"("momentum": 0.0}})"), RMSprop({.epsilon_outside = true}).config());
  EXPECT_EQ(read(start + R"("rho": 0.5}})"), RMSprop({.rho = 0.5, .epsilon_outside = true}).config());
  EXPECT_EQ(read(start + R"("momentum": 0.5}})"), RMSprop({.momentum = 0.5}).config());
  EXPECT_EQ(read(R"({"class_name": "RMSprop", "config": {"momentum": 0.0}})"), RMSprop().config());
}

// Before tf.keras had optimizers of its own, clipnorm was a norm of all gradients; 0 clips nothing.
TEST(OptimizerConfig, ClipnormOfTheFirstReleasesIsOneNorm) {
  EXPECT_EQ(read(R"({"class_name": "SGD", "config": {"lr": 0.5, "clipnorm": 2.0}})"),
            SGD({.learning_rate = 0.5, .global_clipnorm = 2}).config());
  EXPECT_EQ(read(R"({"class_name": "SGD", "config": {"name": "SGD", "decay": 0.0, "clipnorm": 2.0}})"),
            SGD({.clipnorm = 2}).config());
  EXPECT_EQ(read(R"({"class_name": "SGD", "config": {"clipnorm": 0, "clipvalue": 0.0}})"), SGD().config());
}

TEST(OptimizerConfig, OfALossScaleOptimizerItIsTheOneInside) {
  const std::string inner = R"({"class_name": "SGD", "config": {"learning_rate": 0.5}})";
  const std::string scaled =
      R"({"class_name": "LossScaleOptimizer", "config": {"inner_optimizer": )" + inner + "}}";
  EXPECT_EQ(read(scaled), SGD({.learning_rate = 0.5}).config());
  EXPECT_TRUE(origin(scaled).is_scaled);
  EXPECT_EQ(origin(scaled).class_name, "SGD");
  EXPECT_FALSE(origin(inner).is_scaled);
  EXPECT_EQ(read(R"({"class_name": "LossScaleOptimizerV3", "config": {"inner_optimizer": )" + inner + "}}"),
            SGD({.learning_rate = 0.5}).config());
  // Of Keras 2.3.
  EXPECT_EQ(read(R"({"class_name": "LossScaleOptimizer", "config": {"optimizer": )" + inner + "}}"),
            SGD({.learning_rate = 0.5}).config());
  expect_error<ConfigError>(
      [&] { read(R"({"class_name": "LossScaleOptimizer", "config": {"inner_optimizer": )" + scaled + "}}"); },
      "optimizer: a LossScaleOptimizer inside another.");
}

TEST(OptimizerConfig, WhatNoReleaseOfKerasWroteIsRefused) {
  for (const char* entry : {"7", R"({"class_name": "SGD"})", R"({"config": {}})"})
    expect_error<ConfigError>([&] { read(entry); },
                              "optimizer: it must be a name, or class_name and config.");
  expect_error<ConfigError>([] { read(R"({"class_name": "SGD", "module": "os", "config": {}})"); },
                            "optimizer: its class comes from the module \"os\", not from Keras.");
  // Its weight decay is another one.
  expect_error<ConfigError>(
      [] { read(R"({"class_name": "Addons>AdamW", "config": {"decay": 0.0}})"); },
      "Optimizer: \"Addons>AdamW\" is not known. Known: adam, adamw, nadam, rmsprop, sgd.");
}

// What Keras 3 has no word for stands beside the config.
TEST(OptimizerConfig, IsWrittenInKeras3sWords) {
  const OptimizerPtr all[] = {SGD({.learning_rate = 0.5, .decay = 0.25}), Nadam({.schedule_decay = 0.004}),
                              RMSprop({.centered = true, .decay = 0.5, .epsilon_outside = true}), Adam()};
  for (const OptimizerPtr& optimizer : all) {
    const Value entry = stored_optimizer(*optimizer);
    for (const char* key : {"decay", "schedule_decay", "epsilon_outside"})
      EXPECT_EQ(entry.at("config").find(key), nullptr) << key;
    EXPECT_EQ(read_optimizer_config(entry, Numbers::kExact)->config(), optimizer->config());
    EXPECT_FALSE(compiled_origin(Value::Dict{{"optimizer", entry}}).is_legacy);
  }
  EXPECT_EQ(to_json(stored_optimizer(*all[0]).at("config").at("learning_rate")),
            R"({"module":"keras.optimizers.schedules","class_name":"InverseTimeDecay","config":)"
            R"({"initial_learning_rate":0.5,"decay_steps":1,"decay_rate":0.25,"staircase":false,)"
            R"("name":"InverseTimeDecay"},"registered_name":null})");
  EXPECT_EQ(stored_optimizer(*all[3]).find("regulus"), nullptr);
}

}  // namespace
}  // namespace regulus::keras
