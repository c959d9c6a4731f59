// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "regulus/optim/adam.h"
#include "regulus/optim/adamw.h"
#include "regulus/optim/nadam.h"
#include "regulus/optim/rmsprop.h"
#include "regulus/optim/sgd.h"
#include "support/expect.h"

namespace regulus {
namespace {

using testing::expect_error;

TEST(OptimizerRegistry, KnowsEachByIdentifierAndClass) {
  const std::pair<const char*, const char*> names[] = {
      {"nadam", "Nadam"}, {"sgd", "SGD"}, {"adam", "Adam"}, {"adamw", "AdamW"}, {"rmsprop", "RMSprop"}};
  for (const auto& [identifier, class_name] : names) {
    EXPECT_STREQ(OptimizerPtr(identifier)->class_name(), class_name);
    EXPECT_STREQ(OptimizerPtr(class_name)->class_name(), class_name);
  }
  EXPECT_STREQ(OptimizerPtr("ADAM")->class_name(), "Adam");  // Keras does not mind the case
}

// What every optimizer must do, with its defaults and with every argument set.
TEST(OptimizerRegistry, EveryOptimizerKeepsTheContract) {
  const OptimizerPtr all[] = {
      "nadam",
      "sgd",
      "adam",
      "adamw",
      "rmsprop",
      Nadam({.learning_rate = 0.5,
             .beta_1 = 0.25,
             .beta_2 = 0.75,
             .epsilon = 0.125,
             .weight_decay = 0.5,
             .clipnorm = 2}),
      SGD({.learning_rate = 0.5,
           .momentum = 0.25,
           .nesterov = true,
           .weight_decay = 0.5,
           .global_clipnorm = 2}),
      Adam({.beta_1 = 0.25,
            .beta_2 = 0.75,
            .epsilon = 0.125,
            .amsgrad = true,
            .weight_decay = 0.5,
            .clipvalue = 2}),
      AdamW({.weight_decay = 0.5, .beta_1 = 0.25, .amsgrad = true, .clipnorm = 2}),
      Nadam({.decay = 0.5, .schedule_decay = 0.004}),
      Adam({.decay = 0.5}),
      RMSprop({.centered = true, .epsilon_outside = true}),
      RMSprop({.rho = 0.25, .momentum = 0.75, .epsilon = 0.125, .centered = true, .weight_decay = 0.5})};
  for (const OptimizerPtr& optimizer : all) {
    const std::string name = optimizer->class_name();
    const OptimizerPtr again = OptimizerPtr::from_config(name, optimizer->config());
    EXPECT_EQ(again->config(), optimizer->config()) << name;
    EXPECT_EQ(again->rule(), optimizer->rule()) << name;
    EXPECT_EQ(again->num_slots(), optimizer->num_slots()) << name;
    EXPECT_LE(optimizer->num_slots(), kernels::kMaxSlots) << name;
    for (const std::uint64_t t : {1, 2, 3}) EXPECT_EQ(again->begin_step(t), optimizer->begin_step(t)) << name;
    EXPECT_EQ(optimizer->clone()->begin_step(4), again->begin_step(4)) << name;
    Value::Dict config = optimizer->config().as_dict();
    config.push_back({"colour", "red"});
    EXPECT_THROW(OptimizerPtr::from_config(name, config), ConfigError) << name;
  }
}

TEST(OptimizerRegistry, UnknownOnesSayTheNearest) {
  expect_error<ConfigError>([] { OptimizerPtr("nadma"); },
                            "Optimizer: \"nadma\" is not known. Did you mean \"nadam\"?");
  expect_error<ConfigError>([] { OptimizerPtr::from_config("Lion", Value::Dict{}); },
                            "Optimizer: \"Lion\" is not known. Known: adam, adamw, nadam, rmsprop, sgd.");
}

}  // namespace
}  // namespace regulus
