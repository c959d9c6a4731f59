// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/batch_normalization.h"

#include <cmath>
#include <limits>

#include "regulus/plan/steps/convolution.h"
#include "regulus/plan/steps/elementwise.h"
#include "regulus/plan/steps/pool.h"
#include "unit/plan/gradient_check.h"

namespace regulus::plan::testing {
namespace {

using kernels::Activation;

struct Normalization {
  std::int64_t channels;
  bool scale = true;
  bool center = true;
  bool trainable = true;
};

void add(Chain& chain, const Normalization& n, std::uint64_t seed = 71) {
  const Shape shape{n.channels};
  const Penalty penalty{.l1 = 0.01, .l2 = 0.02};
  BatchNormalizationSpec spec;
  spec.name = "normalization";
  const auto weight = [&](const char* name, std::uint64_t stream) {
    if (n.trainable) return parameter(name, shape, stream, 0.7, penalty);
    auto frozen = std::make_shared<Parameter>(name, shape, Penalty{}, Constraint{}, false);
    frozen->assign(Tensor(shape, normals(stream, shape.size(), 0.7)));
    return frozen;
  };
  if (n.scale) {
    spec.gamma = weight("gamma", seed);
    // Away from zero, where a normalization behind this one bends too much for differences.
    Tensor gamma = spec.gamma->value();
    for (std::int64_t c = 0; c < n.channels; ++c) gamma.data()[c] = 0.5f + std::fabs(gamma.data()[c]);
    spec.gamma->assign(gamma);
  }
  if (n.center) spec.beta = weight("beta", seed + 1);
  spec.moving_mean = std::make_shared<Parameter>("mean", shape, Penalty{}, Constraint{}, false);
  spec.moving_variance = std::make_shared<Parameter>("variance", shape, Penalty{}, Constraint{}, false);
  spec.moving_variance->assign(Tensor(shape, std::vector<float>(static_cast<std::size_t>(n.channels), 2)));
  spec.trainable = n.trainable;
  chain.graph.add<BatchNormalizationStep>(spec);
}

class EveryNormalization : public ::testing::TestWithParam<Normalization> {
 protected:
  void expect_right(Chain& chain, const char* what) {
    expect_gradients(chain.graph, kSquared, data.batch(0, 6, false, true), what);
  }
  Data data{6, 18, 5, 41};
};

TEST_P(EveryNormalization, HasRightGradientBehindADenseStep) {
  Chain chain(18);
  chain.dense(18);
  add(chain, GetParam());
  chain.activation(Activation::kTanh).dense(5);
  expect_right(chain, "dense");
}
TEST_P(EveryNormalization, HasRightGradientBehindAnActivationAndAMask) {
  Chain chain(18);
  chain.dense(18).activation(Activation::kSelu).mask(dropout(0.3));
  add(chain, GetParam());
  chain.mask(dropout(0.3)).dense(5);
  expect_right(chain, "absorbed");
}
TEST_P(EveryNormalization, HasRightGradientOnTheInput) {
  Chain chain(18);
  add(chain, GetParam());
  chain.dense(5);
  expect_right(chain, "input");
}
TEST_P(EveryNormalization, HasRightGradientBehindAnother) {
  Chain chain(18);
  chain.dense(18);
  add(chain, GetParam());
  add(chain, GetParam(), 91);
  chain.dense(5);
  expect_right(chain, "two");
}

INSTANTIATE_TEST_SUITE_P(Kinds, EveryNormalization,
                         ::testing::Values(Normalization{18}, Normalization{6}, Normalization{1},
                                           Normalization{6, false}, Normalization{6, true, false},
                                           Normalization{6, false, false},
                                           Normalization{6, true, true, false}));

// A network with wide and narrow channels and its training, by a team.
struct Trained {
  explicit Trained(int workers) : team(workers) {
    Chain chain(18);
    chain.dense(72).activation(Activation::kSelu);
    add(chain, {36});
    chain.activation(Activation::kElu).dense(40);
    add(chain, {40}, 91);
    chain.dense(5);
    network.emplace(chain.graph, training(32, kSquared, {kernels::UpdateRule::kMomentum, 1}), workers,
                    &slots);
    network->pass.update.coefficients = {0.05f, 0.9f};
    network->pass.halted = &halted;
  }
  void step(const Data& data, std::int64_t rows) {
    network->pass.batch = data.batch(0, rows, false);
    network->plan.run(team, network->workspace, network->pass);
  }
  const BatchNormalizationStep<float>* normalization() const {
    for (const auto& step : network->plan.steps())
      if (const auto* found = dynamic_cast<const BatchNormalizationStep<float>*>(step.get())) return found;
    return nullptr;
  }
  std::vector<float> weights() const {
    std::vector<float> all = weights_of(network->plan);
    const auto* step = normalization();
    for (const Weight<float>* w : {&step->moving_mean(), &step->moving_variance()})
      all.insert(all.end(), w->values, w->values + w->units);
    return all;
  }
  runtime::Team team;
  Slots<float> slots;
  std::optional<Network<float>> network;
  std::atomic<bool> halted = false;
};

TEST(BatchNormalizationStep, TrainsToTheSameBitsOnAnyNumberOfThreads) {
  const Data data(32, 18, 5, 43);
  Trained alone(1);
  for (const std::int64_t rows : {32, 32, 7, 1}) alone.step(data, rows);
  for (const int workers : {2, 3, 7}) {
    Trained together(workers);
    for (const std::int64_t rows : {32, 32, 7, 1}) together.step(data, rows);
    EXPECT_EQ(together.weights(), alone.weights()) << workers;
  }
}

TEST(BatchNormalizationStep, AHaltedStepMovesNothing) {
  Data data(32, 18, 5, 43);
  Trained trained(2);
  trained.step(data, 32);
  const std::vector<float> before = trained.weights();
  data.features[20] = std::numeric_limits<float>::infinity();
  trained.step(data, 32);
  EXPECT_TRUE(trained.halted);
  EXPECT_EQ(trained.weights(), before);
}

TEST(BatchNormalizationStep, OnlyTheBatchsStatisticsCoupleRows) {
  const auto couples = [](bool trainable, PlanOptions options) {
    Chain chain(18);
    add(chain, {18, true, true, trainable});
    return Network<float>(chain.graph, std::move(options)).plan.couples_rows();
  };
  EXPECT_TRUE(couples(true, keeping_gradients(6)));
  EXPECT_FALSE(couples(false, keeping_gradients(6)));
  EXPECT_FALSE(couples(true, predicting(6)));
  EXPECT_FALSE(couples(true, predicting(6, Mode::kMonteCarlo)));
}

// Mean 4096 and a standard deviation of 1: a sum of plain squares in float would have no digit left.
TEST(BatchNormalizationStep, ALargeMeanCostsNoAccuracy) {
  Data data(32, 18, 18, 47);
  for (float& x : data.features) x = 4096 + std::round(x * 1024) / 1024;
  Chain chain(18);
  add(chain, {1});
  Network<float> net(chain.graph, keeping_gradients(32, kSquared));
  net.pass.batch = data.batch(0, 32, false);
  net.run_alone();
  double mean = 0;
  double square = 0;
  for (const float x : data.features) mean += static_cast<double>(x) / (32 * 18);
  for (const float x : data.features)
    square += (static_cast<double>(x) - mean) * (static_cast<double>(x) - mean) / (32 * 18);
  const double gamma = static_cast<double>(0.5f + std::fabs(normals(71, 1, 0.7)[0]));
  const double beta = static_cast<double>(normals(72, 1, 0.7)[0]);
  const std::vector<float> y = net.output();
  for (std::size_t i = 0; i < y.size(); ++i)
    ASSERT_NEAR(static_cast<double>(y[i]),
                gamma * (static_cast<double>(data.features[i]) - mean) / std::sqrt(square + 1e-3) + beta,
                2e-6)
        << i;  // four roundings of numbers below 4
}

// A step in front takes the normalization over out of training; `apart` keeps them apart and changes nothing.
Chain behind_a_dense_step(bool apart) {
  Chain chain(18);
  chain.dense(19);
  if (apart) chain.step<RescaleStep>(RescaleSpec{"apart", 1, 0}, 19);
  add(chain, {.channels = 19});
  chain.activation(Activation::kSelu).dense(5);
  return chain;
}

// Images of 2 x 3 pixels and 3 channels, 10 units, under one pooling window.
Chain behind_a_convolution(bool apart) {
  Chain chain(18);
  chain.step<ConvolutionStep>(
      ConvolutionSpec{
          "convolution", parameter("kernel", {1, 1, 3, 10}, 5, 0.4), nullptr,
          WindowSpec{
              .height = 2, .width = 3, .channels = 3, .kernel_h = 1, .kernel_w = 1, .out_h = 2, .out_w = 3}},
      60);
  if (apart) chain.step<RescaleStep>(RescaleSpec{"apart", 1, 0}, 60);
  add(chain, {.channels = 10});
  chain.activation(Activation::kRelu);
  PoolSpec pool{"pool", Pool::kMax, {}};
  pool.windows.height = {2, 1, 2, 2, 0};
  pool.windows.width = {3, 1, 2, 2, 0};
  pool.windows.channels = 10;
  chain.step<PoolStep>(pool, 10).dense(5);
  return chain;
}

TEST(BatchNormalizationStep, IsTheSameInTheStepInFront) {
  const Data data(6, 18, 5, 41);
  for (const auto& chain : {behind_a_dense_step, behind_a_convolution}) {
    std::vector<std::vector<float>> outputs;
    std::vector<bool> has_phase;
    for (const bool apart : {false, true}) {
      Network<float> net(chain(apart).graph, predicting(6));
      net.pass.batch = data.batch(0, 6, false);
      net.run_alone();
      outputs.push_back(net.output());
      bool found = false;
      for (const auto& phase : net.plan.phases())
        for (const auto& part : phase.parts) found = found || part.name == "normalization forward";
      has_phase.push_back(found);
    }
    EXPECT_EQ(outputs[0], outputs[1]);
    EXPECT_EQ(has_phase, (std::vector<bool>{false, true}));
  }
}

}  // namespace
}  // namespace regulus::plan::testing
