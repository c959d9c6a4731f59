// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/layer_normalization.h"

#include <cmath>

#include "unit/plan/gradient_check.h"

namespace regulus::plan::testing {
namespace {

using kernels::Activation;

struct Normalized {
  std::int64_t length;
  bool scale = true;
  bool center = true;
  bool centered = true;
};

void add_normalized(Chain& chain, const Normalized& n, std::uint64_t seed = 71) {
  const Shape shape{n.length};
  const Penalty penalty{.l1 = 0.01, .l2 = 0.02};
  LayerNormalizationSpec spec;
  spec.name = "normalization";
  spec.length = n.length;
  spec.centered = n.centered;
  // So large that groups of nearly equal numbers do not bend too much for differences.
  spec.epsilon = 0.1;
  if (n.scale) spec.gamma = parameter("gamma", shape, seed, 0.7, penalty);
  if (n.center) spec.beta = parameter("beta", shape, seed + 1, 0.7, penalty);
  chain.graph.add<LayerNormalizationStep>(spec);
}

class EveryLayerNormalization : public ::testing::TestWithParam<Normalized> {
 protected:
  void expect_right(Chain& chain, const char* what) {
    expect_gradients(chain.graph, kSquared, data.batch(0, 6, false, true), what);
  }
  Data data{6, 36, 5, 41};
};

TEST_P(EveryLayerNormalization, HasRightGradientBehindADenseStep) {
  Chain chain(36);
  chain.dense(36);
  add_normalized(chain, GetParam());
  chain.activation(Activation::kTanh).dense(5);
  expect_right(chain, "dense");
}
TEST_P(EveryLayerNormalization, HasRightGradientBehindAnActivationAndAMask) {
  Chain chain(36);
  chain.dense(36).activation(Activation::kSelu).mask(dropout(0.3));
  add_normalized(chain, GetParam());
  chain.mask(dropout(0.3)).dense(5);
  expect_right(chain, "absorbed");
}
TEST_P(EveryLayerNormalization, HasRightGradientOnTheInput) {
  Chain chain(36);
  add_normalized(chain, GetParam());
  chain.dense(5);
  expect_right(chain, "input");
}
TEST_P(EveryLayerNormalization, HasRightGradientBehindAnother) {
  Chain chain(36);
  chain.dense(36);
  add_normalized(chain, GetParam());
  add_normalized(chain, GetParam(), 91);
  chain.dense(5);
  expect_right(chain, "two");
}

INSTANTIATE_TEST_SUITE_P(Kinds, EveryLayerNormalization,
                         ::testing::Values(Normalized{36}, Normalized{18}, Normalized{4},
                                           Normalized{12, false}, Normalized{12, true, false},
                                           Normalized{12, false, false}, Normalized{36, true, false, false},
                                           Normalized{12, true, false, false}));

TEST(LayerNormalizationStep, TrainsToTheSameBitsOnAnyNumberOfThreads) {
  const Data data(32, 18, 5, 43);
  const auto train = [&](int workers) {
    Chain chain(18);
    chain.dense(72).activation(Activation::kSelu);
    add_normalized(chain, {36});
    chain.activation(Activation::kElu).dense(40);
    add_normalized(chain, {40}, 91);
    chain.dense(5);
    runtime::Team team(workers);
    Slots<float> slots;
    Network<float> net(chain.graph, training(32, kSquared, {kernels::UpdateRule::kMomentum, 1}), workers,
                       &slots);
    net.pass.update.coefficients = {0.05f, 0.9f};
    for (const std::int64_t rows : {32, 32, 7, 1}) {
      net.pass.batch = data.batch(0, rows, false);
      net.plan.run(team, net.workspace, net.pass);
    }
    return weights_of(net.plan);
  };
  const std::vector<float> alone = train(1);
  for (const int workers : {2, 3, 7}) EXPECT_TRUE(same_bits(train(workers), alone)) << workers;
}

TEST(LayerNormalizationStep, CouplesNoRows) {
  Chain chain(18);
  add_normalized(chain, {18});
  EXPECT_FALSE(Network<float>(chain.graph, keeping_gradients(6)).plan.couples_rows());
}

// Mean 4096 and a standard deviation of 1: a sum of plain squares in float would have no digit left.
TEST(LayerNormalizationStep, ALargeMeanCostsNoAccuracy) {
  Data data(3, 50, 50, 47);
  for (float& x : data.features) x = 4096 + std::round(x * 1024) / 1024;
  Chain chain(50);
  add_normalized(chain, {50});
  Network<float> net(chain.graph, predicting(3));
  net.pass.batch = data.batch(0, 3, false);
  net.run_alone();
  const std::vector<float> y = net.output();
  const std::vector<float> gamma = normals(71, 50, 0.7);
  const std::vector<float> beta = normals(72, 50, 0.7);
  for (std::size_t r = 0; r < 3; ++r) {
    const float* x = data.features.data() + 50 * r;
    double mean = 0;
    double square = 0;
    for (std::size_t i = 0; i < 50; ++i) mean += static_cast<double>(x[i]) / 50;
    for (std::size_t i = 0; i < 50; ++i)
      square += (static_cast<double>(x[i]) - mean) * (static_cast<double>(x[i]) - mean) / 50;
    for (std::size_t i = 0; i < 50; ++i) {
      const double normalised = (static_cast<double>(x[i]) - mean) / std::sqrt(square + 0.1);
      ASSERT_NEAR(static_cast<double>(y[50 * r + i]),
                  static_cast<double>(gamma[i]) * normalised + static_cast<double>(beta[i]),
                  2e-6)  // four roundings of numbers below 4
          << r << " " << i;
    }
  }
}

}  // namespace
}  // namespace regulus::plan::testing
