// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/weights/update.h"

#include "unit/plan/network.h"

namespace regulus::plan::testing {
namespace {

using kernels::Activation;
using kernels::ConstraintKind;
using kernels::UpdateRule;

constexpr UpdateSpec kSgd{UpdateRule::kSgd, 0, false};
constexpr UpdateSpec kSgdStored{UpdateRule::kSgd, 0, true};

struct Clip {
  double clipnorm = 0;
  double global_clipnorm = 0;
  double clipvalue = 0;
  double decay = 0;
};

class Updates : public ::testing::Test {
 protected:
  // Every weight has its own penalty.
  static Chain chain(const Constraint& constraint = {}) {
    Chain made(40);
    made.dense(33, {.kernel_penalty = {.l1 = 0.01, .l2 = 0.02},
                    .bias_penalty = {.l2 = 0.1},
                    .kernel_constraint = constraint})
        .activation(Activation::kSelu)
        .dense(5, {.kernel_penalty = {.orthogonal = 0.3}});
    return made;
  }

  // The weights after one step of gradient descent with learning rate 0.5.
  std::vector<float> step(const Chain& made, UpdateSpec update, const Clip& clip = {}) const {
    Slots<float> slots;
    Network<float> net(made.graph, training(8, {}, update), 1, &slots);
    net.pass.batch = data.batch(0, 8, false);
    net.pass.update.coefficients[0] = 0.5f;
    net.pass.update.clipnorm = clip.clipnorm;
    net.pass.update.global_clipnorm = clip.global_clipnorm;
    net.pass.update.clipvalue = clip.clipvalue;
    net.pass.update.decay = static_cast<float>(clip.decay);
    net.run_alone();
    return weights_of(net.plan);
  }

  // Weights, gradients and the number of each weight's elements, row-major, by a pass that updates nothing.
  struct Start {
    std::vector<float> weights;
    std::vector<double> gradients;
    std::vector<std::size_t> sizes;
  };
  Start start() const {
    const Chain made = chain();
    Network<float> net(made.graph, keeping_gradients(8));
    net.pass.batch = data.batch(0, 8, false);
    net.run_alone();
    Start s{weights_of(net.plan), {}, {}};
    for (const auto& w : net.plan.weights().all()) {
      s.sizes.push_back(static_cast<std::size_t>(w->inputs * w->units));
      for (std::int64_t k = 0; k < w->inputs; ++k)
        for (std::int64_t n = 0; n < w->units; ++n)
          s.gradients.push_back(
              w->gradient[static_cast<std::size_t>(kernels::packed_index(w->inputs, k, n))]);
    }
    return s;
  }

  static double norm(const std::vector<double>& g, std::size_t begin, std::size_t count) {
    double sum = 0;
    for (std::size_t i = begin; i < begin + count; ++i) sum += g[i] * g[i];
    return std::sqrt(sum);
  }

  // found = weight * (1 - decay) - 0.5 * gradient, to rounding.
  static void expect_step(const std::vector<float>& found, const Start& s, double decay = 0) {
    ASSERT_EQ(found.size(), s.weights.size());
    for (std::size_t i = 0; i < found.size(); ++i)
      ASSERT_NEAR(found[i], static_cast<double>(s.weights[i]) * (1 - decay) - 0.5 * s.gradients[i], 2e-7)
          << i;  // three roundings of a weight of size 1
  }

  Data data{8, 40, 5, 83};
};

TEST_F(Updates, AddThePenaltysGradientThenDescend) {
  expect_step(step(chain(), kSgd), start());
}

TEST_F(Updates, ClipValuesPenaltiesIncluded) {
  Start s = start();
  for (double& g : s.gradients) g = std::clamp(g, -0.01, 0.01);
  expect_step(step(chain(), kSgd, {.clipvalue = 0.01}), s);
}

TEST_F(Updates, ClipTheNormOfEachWeight) {
  Start s = start();
  std::size_t at = 0;
  bool some_below = false;
  for (const std::size_t size : s.sizes) {
    const double length = norm(s.gradients, at, size);
    some_below = some_below || length < 0.4;
    for (std::size_t i = 0; i < size; ++i) s.gradients[at + i] *= 0.4 / std::max(length, 0.4);
    at += size;
  }
  EXPECT_TRUE(some_below);  // both cases are seen
  EXPECT_GT(norm(s.gradients, 0, s.sizes[0]), 0.39);
  expect_step(step(chain(), kSgdStored, {.clipnorm = 0.4}), s);
}

TEST_F(Updates, ClipTheNormOfAllWeights) {
  Start s = start();
  const double length = norm(s.gradients, 0, s.gradients.size());
  EXPECT_GT(length, 0.2);
  for (double& g : s.gradients) g *= 0.2 / length;
  expect_step(step(chain(), kSgdStored, {.global_clipnorm = 0.2}), s);
}

TEST_F(Updates, DecayAllWeightsBeforeTheStep) {
  expect_step(step(chain(), kSgd, {.decay = 0.1}), start(), 0.1);
  expect_step(step(chain(), kSgdStored, {.decay = 0.1}), start(), 0.1);
}

TEST_F(Updates, StoredOrAtOnceGiveTheSameBits) {
  EXPECT_TRUE(same_bits(step(chain(), kSgdStored), step(chain(), kSgd)));
  EXPECT_TRUE(
      same_bits(step(chain(), kSgdStored, {.clipvalue = 0.01}), step(chain(), kSgd, {.clipvalue = 0.01})));
  const Constraint norm_bound{.kind = ConstraintKind::kMaxNorm, .max_value = 0.5};
  EXPECT_TRUE(same_bits(step(chain(norm_bound), kSgdStored), step(chain(norm_bound), kSgd)));
}

TEST_F(Updates, ClippingWithHugeBoundsChangesNoBit) {
  const auto plain = step(chain(), kSgd);
  EXPECT_TRUE(same_bits(step(chain(), kSgdStored, {.clipnorm = 1e6}), plain));
  EXPECT_TRUE(same_bits(step(chain(), kSgdStored, {.global_clipnorm = 1e6}), plain));
  EXPECT_TRUE(same_bits(step(chain(), kSgd, {.clipvalue = 1e6}), plain));
}

TEST_F(Updates, PenaltiesOfFactorZeroChangeNoBit) {
  const auto with = [&](Penalty penalty) {
    Chain made(40);
    made.dense(33, {.kernel_penalty = penalty})
        .activity_penalty(penalty)
        .activation(Activation::kSelu)
        .dense(5);
    return step(made, kSgd);
  };
  const auto plain = [&] {
    Chain made(40);
    made.dense(33).activation(Activation::kSelu).dense(5);
    return step(made, kSgd);
  };
  EXPECT_TRUE(same_bits(with({.l1 = 0, .l2 = 0, .orthogonal = 0, .orthogonal_columns = true}), plain()));
}

TEST_F(Updates, AHugeMaxNormShrinksOnlyByKerasEpsilon) {
  const auto plain = step(chain(), kSgd);
  const auto bound = step(chain({.kind = ConstraintKind::kMaxNorm, .max_value = 1e6}), kSgd);
  for (std::size_t n = 0; n < 33; ++n) {
    double square = 0;
    for (std::size_t k = 0; k < 40; ++k) square += static_cast<double>(plain[k * 33 + n] * plain[k * 33 + n]);
    const double length = std::sqrt(square);
    for (std::size_t k = 0; k < 40; ++k) {
      const double wanted = static_cast<double>(plain[k * 33 + n]) * (length / (length + 1e-7));
      EXPECT_NEAR(bound[k * 33 + n], wanted,
                  2e-7 * std::fabs(wanted));  // the factor and the product are rounded
    }
  }
  for (std::size_t i = 40 * 33; i < plain.size(); ++i) EXPECT_EQ(bound[i], plain[i]);
}

TEST_F(Updates, ConstrainWhatTheStepHasMade) {
  const auto found = step(chain({.kind = ConstraintKind::kMaxNorm, .max_value = 0.3}), kSgd);
  for (std::size_t n = 0; n < 33; ++n) {
    double square = 0;
    for (std::size_t k = 0; k < 40; ++k) square += static_cast<double>(found[k * 33 + n] * found[k * 33 + n]);
    EXPECT_NEAR(std::sqrt(square), 0.3, 1e-6);  // 40 rounded squares
  }
}

// What another plan has begun goes on: slots belong to the model, not to the plan.
TEST_F(Updates, SlotsOutliveThePlan) {
  const auto train = [&](int plans, int steps) {
    const Chain made = chain();
    Slots<float> slots;
    std::vector<float> weights;
    for (int p = 0; p < plans; ++p) {
      Network<float> net(made.graph, training(8, {}, {UpdateRule::kMomentum, 1, false}), 1, &slots);
      net.pass.batch = data.batch(0, 8, false);
      net.pass.update.coefficients = {0.1f, 0.9f};
      for (int s = 0; s < steps; ++s) net.run_alone();
      weights = weights_of(net.plan);
    }
    return weights;
  };
  EXPECT_TRUE(same_bits(train(1, 6), train(3, 2)));
  EXPECT_FALSE(same_bits(train(1, 6), train(1, 2)));
}

TEST_F(Updates, LeaveThePaddingOfWeightsAndSlotsAtZero) {
  const Chain made = chain({.kind = ConstraintKind::kMinMaxNorm, .min_value = 0.5, .max_value = 1});
  Slots<float> slots;
  Network<float> net(made.graph, training(8, {}, {UpdateRule::kNadam, 2, true}), 1, &slots);
  net.pass.batch = data.batch(0, 8, false);
  net.pass.update.coefficients = {0.1f, 0.1f, 0.001f, 1e-7f, 0.9f, 0.1f, 1.0f};
  net.pass.update.global_clipnorm = 0.5;
  net.pass.update.decay = 0.01f;
  for (int s = 0; s < 3; ++s) net.run_alone();
  for (const auto& w : net.plan.weights().all())
    for (std::int64_t i = 0; i < w->num_panels() * w->panel_size(); ++i) {
      if (i / w->panel_size() * kernels::kPanel + i % kernels::kPanel < w->units) continue;
      EXPECT_EQ(w->values[i], 0) << w->parameter->name();
      EXPECT_EQ(w->slots[0][i], 0) << w->parameter->name();
      EXPECT_EQ(w->slots[1][i], 0) << w->parameter->name();
    }
}

}  // namespace
}  // namespace regulus::plan::testing
