// SPDX-License-Identifier: Apache-2.0
#include "regulus/optim/adamw.h"

#include <gtest/gtest.h>

#include "unit/optim/golden_run.h"

namespace regulus {
namespace {

using testing::expect_error;

TEST(AdamW, FollowsKerasInFloat) {
  testing::expect_follows_keras<float>("AdamW");
}
TEST(AdamW, FollowsKerasInDouble) {
  testing::expect_follows_keras<double>("AdamW");
}

TEST(AdamW, IsAdamButForTheDecay) {
  AdamW adamw;
  Adam adam;
  EXPECT_EQ(adamw.rule(), adam.rule());
  EXPECT_EQ(adamw.begin_step(3), adam.begin_step(3));
  EXPECT_EQ(adamw.options().weight_decay, 0.004);
  EXPECT_FALSE(adam.options().weight_decay.has_value());
}

TEST(AdamW, HasKerasDefaultsAndKeys) {
  const Value config = AdamW().config();
  EXPECT_EQ(config.at("name"), Value("adam_w"));
  EXPECT_EQ(config.at("learning_rate"), Value(0.001));
  EXPECT_EQ(config.at("weight_decay"), Value(0.004));
  const Value own = AdamW({.weight_decay = 0.5, .amsgrad = true}).config();
  EXPECT_EQ(AdamW::from_config(own).config(), own);
  EXPECT_EQ(AdamW::from_config(Value::Dict{}).config(), config);
}

TEST(AdamW, SaysWhatIsOutOfRange) {
  expect_error<ConfigError>([] { AdamW({.weight_decay = -1}); },
                            "AdamW: weight_decay must be finite and >= 0, got -1.");
  expect_error<ConfigError>([] { AdamW({.beta_1 = 1}); }, "AdamW: beta_1 must be in [0, 1), got 1.");
}

}  // namespace
}  // namespace regulus
