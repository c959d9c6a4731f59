// SPDX-License-Identifier: Apache-2.0
#include "regulus/optim/sgd.h"

#include <gtest/gtest.h>

#include "unit/optim/golden_run.h"

namespace regulus {
namespace {

using kernels::UpdateRule;
using testing::expect_error;

TEST(SGD, FollowsKerasInFloat) {
  testing::expect_follows_keras<float>("SGD");
}
TEST(SGD, FollowsKerasInDouble) {
  testing::expect_follows_keras<double>("SGD");
}

TEST(SGD, HasArraysOnlyForMomentum) {
  EXPECT_EQ(SGD().rule(), UpdateRule::kSgd);
  EXPECT_EQ(SGD().num_slots(), 0);
  EXPECT_EQ(SGD({.nesterov = true}).rule(),
            UpdateRule::kSgd);  // as in Keras: without momentum nothing changes
  EXPECT_EQ(SGD({.momentum = 0.9}).rule(), UpdateRule::kMomentum);
  EXPECT_EQ(SGD({.momentum = 0.9, .nesterov = true}).rule(), UpdateRule::kNesterov);
  EXPECT_EQ(SGD({.momentum = 0.9}).num_slots(), 1);
}

TEST(SGD, CoefficientsFollowTheLearningRateOfTheStep) {
  SGD sgd({.learning_rate = 0.25, .momentum = 0.5});
  EXPECT_EQ(sgd.begin_step(1)[0], 0.25);
  EXPECT_EQ(sgd.begin_step(1)[1], 0.5);
  sgd.set_learning_rate(0.125);
  EXPECT_EQ(sgd.begin_step(2)[0], 0.125);
}

TEST(SGD, HasKerasDefaultsAndKeys) {
  const Value config = SGD().config();
  EXPECT_EQ(config.at("learning_rate"), Value(0.01));
  EXPECT_EQ(config.at("momentum"), Value(0.0));
  EXPECT_EQ(config.at("nesterov"), Value(false));
  const Value own = SGD({.momentum = 0.5, .nesterov = true}).config();
  EXPECT_EQ(SGD::from_config(own).config(), own);
}

TEST(SGD, SaysWhatIsOutOfRange) {
  expect_error<ConfigError>([] { SGD({.momentum = 1.5}); }, "SGD: momentum must be in [0, 1], got 1.5.");
  expect_error<ConfigError>([] { SGD({.momentum = -0.5}); }, "SGD: momentum must be in [0, 1], got -0.5.");
}

}  // namespace
}  // namespace regulus
