// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/noise.h"

#include <algorithm>

#include "unit/plan/gradient_check.h"

namespace regulus::plan::testing {
namespace {

using kernels::Activation;

NoiseSpec noise(bool multiplies, double stddev = 0.5, std::uint32_t stream = 1) {
  return {.name = "noise",
          .stddev = stddev,
          .multiplies = multiplies,
          .always_on = false,
          .stream = stream,
          .seed = {}};
}

class BothNoises : public ::testing::TestWithParam<bool> {};

TEST_P(BothNoises, HasRightGradients) {
  const Data data(6, 7, 5, 37);
  for (const bool fused : {false, true}) {
    Chain chain(7);
    chain.graph.add<NoiseStep>(noise(GetParam(), 0.5, 7));
    chain.dense(18);
    if (fused) chain.activation(Activation::kTanh).mask(dropout(0.3));
    chain.graph.add<NoiseStep>(noise(GetParam()));
    chain.dense(5);
    expect_gradients(chain.graph, kSquared, data.batch(0, 6, false), fused ? "fused" : "bare");
  }
}

std::vector<float> drawn(const Plan<float>& plan, const Data& data, std::int64_t batch, std::uint32_t draw,
                         bool shared = false) {
  Workspace workspace = plan.make_workspace(1);
  std::vector<float> all;
  for (std::int64_t begin = 0; begin < data.rows; begin += batch) {
    Pass<float> pass = plan.make_pass(workspace);
    pass.key = random::Key(42);
    pass.draw = draw;
    pass.shared_masks = shared;
    pass.batch = data.batch(begin, std::min(begin + batch, data.rows), true);
    plan.run_alone(pass, workspace.scratch[0].data());
    for (std::int64_t r = 0; r < pass.rows(); ++r) {
      const float* row = plan.output(pass) + r * plan.output_stride();
      all.insert(all.end(), row, row + plan.output_width());
    }
  }
  return all;
}

TEST_P(BothNoises, ARowHasItsNoiseInAnyBatchAndAnotherInEachDraw) {
  Data data(10, 20, 5, 41);
  std::fill(data.features.begin(), data.features.end(), 1.0f);
  Chain chain(20);
  chain.graph.add<NoiseStep>(noise(GetParam()));
  const Plan<float> plan(chain.graph, predicting(10, Mode::kMonteCarlo));
  const auto whole = drawn(plan, data, 10, 3);
  for (const std::int64_t batch : {1, 3, 7})
    EXPECT_TRUE(same_bits(drawn(plan, data, batch, 3), whole)) << batch;
  EXPECT_FALSE(same_bits(drawn(plan, data, 10, 4), whole));
  const auto row = [&](const std::vector<float>& all, std::ptrdiff_t r) {
    return std::vector<float>(all.begin() + r * 20, all.begin() + (r + 1) * 20);
  };
  EXPECT_FALSE(same_bits(row(whole, 0), row(whole, 1)));
  const auto shared = drawn(plan, data, 10, 3, true);
  for (std::ptrdiff_t r = 1; r < 10; ++r) EXPECT_TRUE(same_bits(row(shared, r), row(shared, 0))) << r;
}

TEST_P(BothNoises, TrainsWithTheSameBitsOnAnyNumberOfThreads) {
  const Data data(20, 30, 5, 43);
  Chain chain(30);
  chain.dense(40).activation(Activation::kSelu);
  chain.graph.add<NoiseStep>(noise(GetParam()));
  chain.dense(5);
  const auto trained = [&](int threads) {
    Network<float> net(chain.graph, keeping_gradients(20, kSquared), threads);
    net.pass.batch = data.batch(0, 20, false);
    runtime::Team team(threads);
    net.plan.run(team, net.workspace, net.pass);
    std::vector<float> gradients;
    for (const auto& w : net.plan.weights().all())
      gradients.insert(gradients.end(), w->gradient.span().begin(), w->gradient.span().end());
    return gradients;
  };
  const auto alone = trained(1);
  for (const int threads : {2, 3}) EXPECT_TRUE(same_bits(trained(threads), alone)) << threads;
}

INSTANTIATE_TEST_SUITE_P(Noise, BothNoises, ::testing::Bool());

}  // namespace
}  // namespace regulus::plan::testing
