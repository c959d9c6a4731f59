// SPDX-License-Identifier: Apache-2.0
#include "regulus/optim/optimizer.h"

#include <gtest/gtest.h>

#include <cmath>

#include "regulus/optim/nadam.h"
#include "regulus/optim/sgd.h"
#include "support/expect.h"

namespace regulus {
namespace {

using testing::expect_error;

TEST(Optimizer, LearningRateMayChangeBetweenSteps) {
  SGD sgd;
  sgd.set_learning_rate(0.5);
  EXPECT_EQ(sgd.learning_rate(), 0.5);
  EXPECT_EQ(sgd.config().at("learning_rate"), Value(0.5));
  EXPECT_NO_THROW(sgd.set_learning_rate(0));
  expect_error<ConfigError>([&] { sgd.set_learning_rate(-1); },
                            "SGD: learning_rate must be finite and >= 0, got -1.");
  EXPECT_EQ(sgd.learning_rate(), 0);
}

TEST(Optimizer, SharedArgumentsAreChecked) {
  expect_error<ConfigError>([] { SGD({.learning_rate = NAN}); },
                            "SGD: learning_rate must be finite and >= 0, got nan.");
  expect_error<ConfigError>([] { SGD({.weight_decay = -1}); },
                            "SGD: weight_decay must be finite and >= 0, got -1.");
  expect_error<ConfigError>([] { SGD({.clipnorm = 0}); }, "SGD: clipnorm must be finite and > 0, got 0.");
  expect_error<ConfigError>([] { SGD({.global_clipnorm = -1}); },
                            "SGD: global_clipnorm must be finite and > 0, got -1.");
  expect_error<ConfigError>([] { SGD({.clipvalue = INFINITY}); },
                            "SGD: clipvalue must be finite and > 0, got inf.");
  expect_error<ConfigError>([] { SGD({.clipnorm = 1, .clipvalue = 1}); },
                            "SGD: only one of clipnorm, global_clipnorm and clipvalue may be set.");
}

TEST(Optimizer, SharedArgumentsComeBackFromAConfig) {
  const Nadam options[] = {Nadam({.weight_decay = 0.25}), Nadam({.clipnorm = 2}),
                           Nadam({.global_clipnorm = 3}), Nadam({.clipvalue = 4})};
  for (const Nadam& nadam : options) EXPECT_EQ(Nadam::from_config(nadam.config()).config(), nadam.config());
  EXPECT_EQ(Nadam::from_config(options[3].config()).options().clipvalue, 4);
}

TEST(Optimizer, AcceptsKerassOtherMembersOnlyAsTheyAre) {
  const Value keras = Value::Dict{{"name", "nadam"},
                                  {"learning_rate", 0.0010000000474974513},
                                  {"use_ema", false},
                                  {"ema_momentum", 0.99},
                                  {"ema_overwrite_frequency", nullptr},
                                  {"loss_scale_factor", nullptr},
                                  {"gradient_accumulation_steps", nullptr}};
  EXPECT_EQ(Nadam::from_config(keras).learning_rate(), 0.0010000000474974513);
  expect_error<ConfigError>(
      [] {
        Nadam::from_config(Value::Dict{{"use_ema", true}});
      },
      "Nadam: use_ema must be false here, got true.");
  expect_error<ConfigError>(
      [] {
        Nadam::from_config(Value::Dict{{"gradient_accumulation_steps", 4}});
      },
      "Nadam: gradient_accumulation_steps must be null here, got 4.");
  expect_error<ConfigError>(
      [] {
        Nadam::from_config(Value::Dict{{"learning_rate", Value::Dict{}}});
      },
      "Nadam: its learning_rate is a schedule that is not known (expected a number or InverseTimeDecay).");
  expect_error<ConfigError>(
      [] {
        Nadam::from_config(Value::Dict{{"beta1", 0.9}});
      },
      "Nadam: the config key \"beta1\" is not known. Did you mean \"beta_1\"?");
}

// Keras 2: learning_rate / (1 + decay * iterations), iterations counted before the step.
TEST(Optimizer, DecayDividesTheRateOfALaterStep) {
  SGD sgd({.learning_rate = 0.5, .decay = 0.25});
  EXPECT_EQ(sgd.rate(1), 0.5);
  EXPECT_EQ(sgd.begin_step(1)[0], 0.5);
  EXPECT_EQ(sgd.begin_step(5)[0], 0.25);
  EXPECT_EQ(sgd.begin_step(2)[0], 0.4);
  EXPECT_EQ(SGD::from_config(sgd.config()).config(), sgd.config());
  EXPECT_EQ(SGD().config().find("decay"), nullptr) << "Keras 3 knows no such argument";
  expect_error<ConfigError>([] { SGD({.decay = -1}); }, "SGD: decay must be finite and >= 0, got -1.");
  expect_error<ConfigError>([] { SGD({.decay = NAN}); }, "SGD: decay must be finite and >= 0, got nan.");
}

// Keras 3's word for it: initial_learning_rate / (1 + decay_rate * step / decay_steps).
TEST(Optimizer, InverseTimeDecayIsADecay) {
  const auto schedule = [](Value steps, Value staircase) {
    return Value(
        Value::Dict{{"learning_rate", Value::Dict{{"module", "keras.optimizers.schedules"},
                                                  {"class_name", "InverseTimeDecay"},
                                                  {"config", Value::Dict{{"initial_learning_rate", 0.5},
                                                                         {"decay_steps", std::move(steps)},
                                                                         {"decay_rate", 2},
                                                                         {"staircase", std::move(staircase)},
                                                                         {"name", "InverseTimeDecay"}}}}}});
  };
  const SGD sgd = SGD::from_config(schedule(8, false));
  EXPECT_EQ(sgd.learning_rate(), 0.5);
  EXPECT_EQ(sgd.options().decay, 0.25);
  expect_error<ConfigError>([&] { SGD::from_config(schedule(8, true)); },
                            "InverseTimeDecay: staircase must be false here, got true.");
  expect_error<ConfigError>([&] { SGD::from_config(schedule(0, false)); },
                            "SGD: decay must be finite and >= 0, got inf.");
  expect_error<ConfigError>(
      [] {
        SGD::from_config(Value::Dict{
            {"learning_rate", Value::Dict{{"class_name", "CosineDecay"}, {"config", Value::Dict{}}}}});
      },
      "SGD: its learning_rate is a schedule that is not known (expected a number or InverseTimeDecay, found "
      "CosineDecay).");
}

TEST(OptimizerPtr, OfWhatWasMovedAwayACopyIsEmptyToo) {
  OptimizerPtr first("nadam");
  const OptimizerPtr second(std::move(first));
  OptimizerPtr copy(first);  // NOLINT(bugprone-use-after-move): that is asked
  copy = second;
  EXPECT_STREQ(copy->class_name(), "Nadam");
}

TEST(OptimizerPtr, CopiesAreDeep) {
  const OptimizerPtr a = SGD({.learning_rate = 0.5});
  const OptimizerPtr b = a;
  b->set_learning_rate(0.25);
  EXPECT_EQ(a->learning_rate(), 0.5);
  OptimizerPtr c = "nadam";
  c = a;
  c->set_learning_rate(0.125);
  EXPECT_EQ(a->learning_rate(), 0.5);
  EXPECT_STREQ(c->class_name(), "SGD");
}

}  // namespace
}  // namespace regulus
