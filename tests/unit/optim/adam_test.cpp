// SPDX-License-Identifier: Apache-2.0
#include "regulus/optim/adam.h"

#include <gtest/gtest.h>

#include <cmath>

#include "unit/optim/golden_run.h"

namespace regulus {
namespace {

using testing::expect_error;

TEST(Adam, FollowsKerasInFloat) {
  testing::expect_follows_keras<float>("Adam");
}
TEST(Adam, FollowsKerasInDouble) {
  testing::expect_follows_keras<double>("Adam");
}

TEST(Adam, CoefficientsAreThoseOfTheDefinition) {
  Adam adam({.learning_rate = 0.5, .beta_1 = 0.8, .beta_2 = 0.99, .epsilon = 1e-3});
  for (const std::uint64_t t : {1, 2, 17, 1000}) {
    const auto n = static_cast<long double>(t);
    const long double step = 0.5L * std::sqrt(1 - std::pow(0.99L, n)) / (1 - std::pow(0.8L, n));
    const auto c = adam.begin_step(t);
    EXPECT_NEAR(c[0], static_cast<double>(step),
                1e-13);  // roundings of double, 50-fold where 1 - 0.99 is small
    EXPECT_EQ(c[1], 1 - 0.8);
    EXPECT_EQ(c[2], 1 - 0.99);
    EXPECT_EQ(c[3], 1e-3);
  }
}

TEST(Adam, AmsgradHasOneMoreArray) {
  EXPECT_EQ(Adam().num_slots(), 2);
  EXPECT_EQ(Adam().rule(), kernels::UpdateRule::kAdam);
  EXPECT_EQ(Adam({.amsgrad = true}).num_slots(), 3);
  EXPECT_EQ(Adam({.amsgrad = true}).rule(), kernels::UpdateRule::kAdamAmsgrad);
}

TEST(Adam, HasKerasDefaultsAndKeys) {
  const Value config = Adam().config();
  EXPECT_EQ(config.at("learning_rate"), Value(0.001));
  EXPECT_EQ(config.at("beta_1"), Value(0.9));
  EXPECT_EQ(config.at("beta_2"), Value(0.999));
  EXPECT_EQ(config.at("epsilon"), Value(1e-7));
  EXPECT_EQ(config.at("amsgrad"), Value(false));
  const Value own = Adam({.beta_1 = 0.5, .amsgrad = true, .weight_decay = 0.25}).config();
  EXPECT_EQ(Adam::from_config(own).config(), own);
}

TEST(Adam, SaysWhatIsOutOfRange) {
  expect_error<ConfigError>([] { Adam({.beta_1 = 1.5}); }, "Adam: beta_1 must be in [0, 1), got 1.5.");
  expect_error<ConfigError>([] { Adam({.beta_2 = NAN}); }, "Adam: beta_2 must be in [0, 1), got nan.");
  expect_error<ConfigError>([] { Adam({.epsilon = -1}); }, "Adam: epsilon must be finite and > 0, got -1.");
}

}  // namespace
}  // namespace regulus
