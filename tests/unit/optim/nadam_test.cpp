// SPDX-License-Identifier: Apache-2.0
#include "regulus/optim/nadam.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "regulus/nn/layers/core/dense.h"
#include "regulus/plan/plan.h"
#include "unit/optim/golden_run.h"

namespace regulus {
namespace {

using testing::expect_error;

TEST(Nadam, FollowsKerasInFloat) {
  testing::expect_follows_keras<float>("Nadam");
}
TEST(Nadam, FollowsKerasInDouble) {
  testing::expect_follows_keras<double>("Nadam");
}

TEST(Nadam, CoefficientsAreThoseOfTheDefinition) {
  Nadam nadam({.learning_rate = 0.5, .beta_1 = 0.8, .beta_2 = 0.99, .epsilon = 1e-3});
  long double product = 1;
  for (std::uint64_t t = 1; t <= 50; ++t) {
    const auto mu = [](std::uint64_t n) {
      return 0.8L * (1 - 0.5L * std::pow(0.96L, static_cast<long double>(n)));
    };
    product *= mu(t);
    const auto c = nadam.begin_step(t);
    const double wanted[] = {0.5,
                             1 - 0.8,
                             1 - 0.99,
                             1e-3,
                             static_cast<double>(mu(t + 1) / (1 - product * mu(t + 1))),
                             static_cast<double>((1 - mu(t)) / (1 - product)),
                             static_cast<double>(1 / (1 - std::pow(0.99L, static_cast<long double>(t))))};
    // A few roundings of double, 100-fold where 1 - 0.99 is small.
    for (std::size_t i = 0; i < std::size(wanted); ++i)
      EXPECT_NEAR(c[i], wanted[i], 2e-14 * wanted[i]) << "step " << t << " c[" << i << "]";
  }
}

// Keras before 2.11: mu_t = beta_1 (1 - 0.96^(t schedule_decay) / 2), schedule_decay 0.004.
TEST(Nadam, ASlowerScheduleIsThatOfTheDefinition) {
  for (const double decay : {0.004, 0.1, 3.0, 0.0}) {
    Nadam nadam({.learning_rate = 0.5, .schedule_decay = decay});
    long double product = 1;
    for (std::uint64_t t = 1; t <= 50; ++t) {
      const auto mu = [decay](std::uint64_t n) {
        return 0.9L * (1 - 0.5L * std::pow(0.96L, static_cast<long double>(n) * decay));
      };
      product *= mu(t);
      const auto c = nadam.begin_step(t);
      const auto wanted_m = static_cast<double>(mu(t + 1) / (1 - product * mu(t + 1)));
      const auto wanted_g = static_cast<double>((1 - mu(t)) / (1 - product));
      EXPECT_NEAR(c[4], wanted_m, 1e-12 * wanted_m) << t;  // some hundred roundings
      EXPECT_NEAR(c[5], wanted_g, 1e-12 * wanted_g) << t;
    }
    EXPECT_EQ(Nadam::from_config(nadam.config()).config(), nadam.config());
    for (const std::uint64_t t :
         {std::uint64_t{1} << 19, (std::uint64_t{1} << 20) + 7, std::uint64_t{1} << 48})
      for (const double c : nadam.begin_step(t)) EXPECT_TRUE(std::isfinite(c)) << decay << " " << t;
  }
  EXPECT_EQ(Nadam().config().find("schedule_decay"), nullptr) << "Keras 3 knows no such argument";
  expect_error<ConfigError>([] { Nadam({.schedule_decay = -1}); },
                            "Nadam: schedule_decay must be in [0, 100], got -1.");
  expect_error<ConfigError>([] { Nadam({.schedule_decay = NAN}); },
                            "Nadam: schedule_decay must be in [0, 100], got nan.");
}

TEST(Nadam, AStepsCoefficientsDoNotDependOnHowItWasReached) {
  Nadam steady, jumping;
  std::array<double, kernels::kMaxCoefficients> last{};
  for (std::uint64_t t = 1; t <= 20; ++t) last = steady.begin_step(t);
  EXPECT_EQ(jumping.begin_step(20), last);
  EXPECT_EQ(jumping.begin_step(20), last);
  EXPECT_EQ(jumping.begin_step(1), Nadam().begin_step(1));
  EXPECT_EQ(jumping.begin_step(20), last);
  EXPECT_EQ(steady.clone()->begin_step(21), jumping.begin_step(21));
}

// What Keras stores after t steps: the product of mu_s = beta_1 (1 - 0.96^s / 2), s = 1 to t.
TEST(Nadam, ScalarsAreTheProductOfMomenta) {
  const Nadam nadam({.beta_1 = 0.9});
  EXPECT_EQ(nadam.scalars(0), std::vector<double>{1.0});
  double product = 1;
  for (int t = 1; t <= 5000; ++t) {
    product *= 0.9 * (1 - 0.5 * std::pow(0.96, t));
    if (t > 3 && t % 611 != 0 && (t < 4090 || t > 4100)) continue;  // 0.96^t is lost from 4096 on
    ASSERT_EQ(nadam.scalars(static_cast<std::uint64_t>(t)).size(), 1u);
    // Two ways to the same power of 0.9, some thousand roundings apart.
    EXPECT_NEAR(nadam.scalars(static_cast<std::uint64_t>(t))[0], product, 1e-11 * product) << t;
  }
  EXPECT_EQ(nadam.scalars(std::uint64_t{1} << 48), std::vector<double>{0.0});
}

TEST(Nadam, CoefficientsStayFiniteForever) {
  Nadam nadam;
  for (const double c : nadam.begin_step(2000000)) EXPECT_TRUE(std::isfinite(c));
}

// Penalty of the weights before the step, constraint after it: a real training run by Keras.
TEST(Nadam, TrainsWithPenaltyAndConstraintAsKerasDoes) {
  for (const auto& json : testing::golden("optimizers.json").at("cases")) {
    if (json.at("name") != "train_maxnorm_l2") continue;
    LayerPtr dense = Dense({.units = 3, .kernel_regularizer = l2(0.01), .kernel_constraint = max_norm(1)});
    dense->build({Shape{5}, random::Key(1), 0});
    dense->set_weights(testing::tensors(json.at("initial")));
    plan::Graph graph(Shape{5});
    dense->lower(graph, Shape{5}, 0);
    Nadam nadam;
    plan::Slots<float> slots;
    const plan::LossSpec loss{kernels::Loss::kMeanSquaredError, false, 0};
    const plan::UpdateSpec update{nadam.rule(), nadam.num_slots(), false};
    const plan::Plan<float> plan(
        graph, {.mode = plan::Mode::kTrain, .max_rows = 8, .loss = loss, .update = update}, &slots);
    plan::Workspace workspace = plan.make_workspace(1);
    plan::Pass<float> pass = plan.make_pass(workspace);
    const Tensor x = testing::tensor(json.at("x"));
    const Tensor y = testing::tensor(json.at("y"));
    const std::uint32_t rows[] = {0, 1, 2, 3, 4, 5, 6, 7};
    pass.batch.features.floats = x.data();
    pass.batch.features.width = 5;
    pass.batch.targets = y.data();
    pass.batch.index = pass.batch.row_ids = rows;
    pass.batch.rows = 8;
    const Tensor losses = testing::tensor(json.at("loss"));
    for (std::size_t step = 0; step < json.at("weights_after").size(); ++step) {
      const auto coefficients = nadam.begin_step(step + 1);
      std::transform(coefficients.begin(), coefficients.end(), pass.update.coefficients.begin(),
                     [](double c) { return static_cast<float>(c); });
      plan.run_alone(pass, workspace.scratch[0].data());
      EXPECT_NEAR(plan.data_loss(pass) + plan.weight_penalty(), losses.data()[step], 1e-6)
          << step;  // float32 sums
      const std::vector<Tensor> found = dense->get_weights();
      const std::vector<Tensor> wanted = testing::tensors(json.at("weights_after")[step]);
      const double absolute =
          3e-7 * static_cast<double>(step + 1);  // rounding of weights of size 1, each step anew
      for (std::size_t i = 0; i < 2; ++i)
        testing::expect_close(found[i], wanted[i], 0, absolute, "step " + std::to_string(step + 1));
    }
    return;
  }
  FAIL() << "the golden is missing";
}

TEST(Nadam, HasKerasDefaultsAndKeys) {
  const Value config = Nadam().config();
  EXPECT_EQ(config, Value(Value::Dict{{"name", "nadam"},
                                      {"learning_rate", 0.001},
                                      {"weight_decay", nullptr},
                                      {"clipnorm", nullptr},
                                      {"global_clipnorm", nullptr},
                                      {"clipvalue", nullptr},
                                      {"beta_1", 0.9},
                                      {"beta_2", 0.999},
                                      {"epsilon", 1e-7}}));
  EXPECT_EQ(Nadam::from_config(config).config(), config);
}

TEST(Nadam, SaysWhatIsOutOfRange) {
  expect_error<ConfigError>([] { Nadam({.beta_1 = 1}); }, "Nadam: beta_1 must be in [0, 1), got 1.");
  expect_error<ConfigError>([] { Nadam({.beta_2 = -0.1}); }, "Nadam: beta_2 must be in [0, 1), got -0.1.");
  expect_error<ConfigError>([] { Nadam({.epsilon = 0}); }, "Nadam: epsilon must be finite and > 0, got 0.");
}

}  // namespace
}  // namespace regulus
