// SPDX-License-Identifier: Apache-2.0
#include "regulus/optim/rmsprop.h"

#include <gtest/gtest.h>

#include <cmath>

#include "unit/optim/golden_run.h"

namespace regulus {
namespace {

using kernels::UpdateRule;
using testing::expect_error;

TEST(RMSprop, FollowsKerasInFloat) {
  testing::expect_follows_keras<float>("RMSprop");
}
TEST(RMSprop, FollowsKerasInDouble) {
  testing::expect_follows_keras<double>("RMSprop");
}

TEST(RMSprop, HasTheArraysThatItsArgumentsNeed) {
  EXPECT_EQ(RMSprop().rule(), UpdateRule::kRmsprop);
  EXPECT_EQ(RMSprop().num_slots(), 1);
  EXPECT_EQ(RMSprop({.momentum = 0.5}).rule(), UpdateRule::kRmspropMomentum);
  EXPECT_EQ(RMSprop({.momentum = 0.5}).num_slots(), 2);
  EXPECT_EQ(RMSprop({.centered = true}).rule(), UpdateRule::kRmspropCentered);
  EXPECT_EQ(RMSprop({.centered = true}).num_slots(), 2);
  EXPECT_EQ(RMSprop({.momentum = 0.5, .centered = true}).rule(), UpdateRule::kRmspropCenteredMomentum);
  EXPECT_EQ(RMSprop({.momentum = 0.5, .centered = true}).num_slots(), 3);
}

// Keras's formulas with both options, which no golden has, on one weight of one element.
TEST(RMSprop, CenteredMomentumFollowsTheDefinition) {
  const RMSprop rmsprop(
      {.learning_rate = 0.1, .rho = 0.8, .momentum = 0.5, .epsilon = 1e-3, .centered = true});
  testing::GivenGradients<double> run(rmsprop, {Tensor({1}, {1.0f})});
  double w = 1, v = 0, a = 0, m = 0;
  for (const float g : {0.5f, -2.0f, 0.25f, 0.0f}) {
    run.step({Tensor({1}, {g})});
    v = 0.8 * v + 0.2 * g * g;
    a = 0.8 * a + 0.2 * g;
    m = 0.5 * m + 0.1 * g / std::sqrt(v - a * a + 1e-3);
    w -= m;
    EXPECT_NEAR(run.weights()[0].data()[0], w, 1e-7);  // read back as float32
  }
}

// Keras before 2.11, without momentum: epsilon is added to the root, not under it; centered, its square is
// under it, which is nearly the same.
TEST(RMSprop, EpsilonOutsideFollowsTheDefinition) {
  for (const bool centered : {false, true}) {
    const RMSprop rmsprop({.learning_rate = 0.1,
                           .rho = 0.8,
                           .epsilon = 0.25,
                           .centered = centered,
                           .decay = 0.5,
                           .epsilon_outside = true});
    EXPECT_EQ(rmsprop.num_slots(), 2);
    testing::GivenGradients<double> run(rmsprop, {Tensor({1}, {1.0f})});
    double w = 1, v = 0, a = 0, t = 0;
    for (const float g : {0.5f, -2.0f, 0.25f, 0.0f}) {
      run.step({Tensor({1}, {g})});
      v = 0.8 * v + 0.2 * g * g;
      a = centered ? 0.8 * a + 0.2 * g : 0;
      const double root = centered ? std::sqrt(v - a * a + 0.25 * 0.25) : std::sqrt(v) + 0.25;
      w -= 0.1 / (1 + 0.5 * t++) * g / root;
      EXPECT_NEAR(run.weights()[0].data()[0], w, 1e-7) << centered;  // read back as float32
    }
    EXPECT_EQ(RMSprop::from_config(rmsprop.config()).config(), rmsprop.config());
  }
  expect_error<ConfigError>([] { RMSprop({.momentum = 0.5, .epsilon_outside = true}); },
                            "RMSprop: epsilon_outside has no momentum (expected momentum 0, found 0.5).");
  EXPECT_EQ(RMSprop().config().find("epsilon_outside"), nullptr) << "Keras 3 knows no such argument";
}

TEST(RMSprop, HasKerasDefaultsAndKeys) {
  const Value config = RMSprop().config();
  EXPECT_EQ(config.at("learning_rate"), Value(0.001));
  EXPECT_EQ(config.at("rho"), Value(0.9));
  EXPECT_EQ(config.at("momentum"), Value(0.0));
  EXPECT_EQ(config.at("epsilon"), Value(1e-7));
  EXPECT_EQ(config.at("centered"), Value(false));
  const Value own = RMSprop({.rho = 0.5, .momentum = 0.25, .centered = true}).config();
  EXPECT_EQ(RMSprop::from_config(own).config(), own);
}

TEST(RMSprop, SaysWhatIsOutOfRange) {
  expect_error<ConfigError>([] { RMSprop({.rho = 1}); }, "RMSprop: rho must be in [0, 1), got 1.");
  expect_error<ConfigError>([] { RMSprop({.momentum = 1}); }, "RMSprop: momentum must be in [0, 1), got 1.");
  expect_error<ConfigError>([] { RMSprop({.epsilon = 0}); },
                            "RMSprop: epsilon must be finite and > 0, got 0.");
}

}  // namespace
}  // namespace regulus
