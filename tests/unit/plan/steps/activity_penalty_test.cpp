// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/activity_penalty.h"

#include <numeric>

#include "support/golden.h"
#include "unit/plan/gradient_check.h"

namespace regulus::plan::testing {
namespace {

using kernels::Activation;
using regulus::testing::golden;

const Penalty kPenalties[] = {
    {.l1 = 0.3},
    {.l2 = 0.2},
    {.l1 = 0.3, .l2 = 0.2},
    {.orthogonal = 0.5},
    {.orthogonal = 0.5, .orthogonal_columns = true},
    {.l1 = 0.1, .l2 = 0.1, .orthogonal = 0.5},
};

class EveryActivityPenalty : public ::testing::TestWithParam<int> {
 protected:
  Penalty penalty() const { return kPenalties[GetParam()]; }
  void expect_right(Chain& chain, const char* what) {
    expect_gradients(chain.graph, kSquared, data.batch(0, 6, false, true), what);
  }
  Data data{6, 7, 5, 41};
};

TEST_P(EveryActivityPenalty, HasRightGradientBehindADenseStep) {
  Chain chain(7);
  chain.dense(18).activity_penalty(penalty()).dense(5);
  expect_right(chain, "bare");
}
TEST_P(EveryActivityPenalty, HasRightGradientBehindAnAbsorbedActivation) {
  Chain chain(7);
  chain.dense(18).activation(Activation::kGelu).activity_penalty(penalty()).mask(dropout(0.3)).dense(5);
  expect_right(chain, "absorbed activation");
}
TEST_P(EveryActivityPenalty, HasRightGradientBehindASoftmax) {
  Chain chain(7);
  chain.dense(18).softmax().activity_penalty(penalty()).dense(5);
  expect_right(chain, "softmax");
}
TEST_P(EveryActivityPenalty, HasRightGradientBehindAMask) {
  Chain chain(7);
  chain.dense(18).activation(Activation::kSelu).mask(alpha_dropout(0.3)).activity_penalty(penalty()).dense(5);
  expect_right(chain, "mask");
}
TEST_P(EveryActivityPenalty, HasRightGradientAtTheEnd) {
  Chain chain(7);
  chain.dense(9).activation(Activation::kTanh).dense(5).activity_penalty(penalty());
  expect_right(chain, "end");
}
TEST_P(EveryActivityPenalty, HasRightGradientOnTheInput) {
  Chain chain(7);
  chain.activity_penalty(penalty()).dense(5);
  expect_right(chain, "input");
}

INSTANTIATE_TEST_SUITE_P(Penalties, EveryActivityPenalty, ::testing::Range(0, 6));

Penalty penalty_of(const nlohmann::json& item) {
  const auto& config = item.at("config");
  const auto factor = [&](const char* key) {
    return config.contains(key) ? config.at(key).get<double>() : 0;
  };
  return {.l1 = factor("l1"),
          .l2 = factor("l2"),
          .orthogonal = factor("factor"),
          .orthogonal_columns = config.contains("mode") && config.at("mode") == "columns"};
}

TEST(ActivityPenaltyStep, AddsWhatKerasAddsToALayersLosses) {
  for (const auto& item : golden("regularizers.json").at("activity")) {
    const Tensor x = regulus::testing::tensor(item.at("x"));
    const Tensor kernel = regulus::testing::tensor(item.at("kernel"));
    Graph graph(Shape{x.shape()[1]});
    auto w = std::make_shared<Parameter>("kernel", kernel.shape());
    auto b = std::make_shared<Parameter>("bias", Shape{kernel.shape()[1]});
    w->assign(kernel);
    b->assign(regulus::testing::tensor(item.at("bias")));
    graph.add<DenseStep>(DenseSpec{"dense", w, b});
    if (item.at("activation") == "tanh")
      graph.add<ActivationStep>(ActivationSpec{"tanh", Activation::kTanh, 0});
    graph.add<ActivityPenaltyStep>(ActivityPenaltySpec{"activity", penalty_of(item)});
    // Rows of weight zero: the data's own loss adds nothing.
    const std::vector<float> zeros(static_cast<std::size_t>(x.size()));
    std::vector<std::uint32_t> index(static_cast<std::size_t>(x.shape()[0]));
    std::iota(index.begin(), index.end(), 0u);
    Network<double> net(graph, keeping_gradients(x.shape()[0], kSquared));
    net.pass.batch.features.floats = x.data();
    net.pass.batch.index = net.pass.batch.row_ids = index.data();
    net.pass.batch.rows = x.shape()[0];
    net.pass.batch.targets = net.pass.batch.sample_weight = zeros.data();
    net.run_alone();

    const auto name = item.at("name").get<std::string>();
    const double wanted = regulus::testing::number(item.at("loss"));
    EXPECT_NEAR(net.plan.activity_penalty(net.pass), wanted, 1e-6 * wanted) << name;  // Keras adds in float
    for (const std::size_t i : {0u, 1u}) {
      const auto& weight = *net.plan.weights().all()[i];
      Tensor found(weight.parameter->shape());
      kernels::unpack(weight.gradient.data(), weight.inputs, weight.units, found.data());
      regulus::testing::expect_close(found, regulus::testing::tensor(item.at(i == 0 ? "dkernel" : "dbias")),
                                     2e-5, 2e-7, name);  // Keras computes in float, with cancellation
    }
  }
}

TEST(ActivityPenaltyStep, IsLeftOutWhereThereIsNoLoss) {
  for (const Mode mode : {Mode::kPredict, Mode::kMonteCarlo}) {
    Chain chain(7);
    chain.dense(18).activity_penalty({.orthogonal = 0.5}).dense(5);
    const Network<float> net(chain.graph, predicting(6, mode));
    EXPECT_EQ(net.plan.steps().size(), 3u);  // input and two dense steps
    EXPECT_FALSE(net.plan.couples_rows());
  }
  Chain none(7);
  none.dense(5).activity_penalty({});
  EXPECT_EQ(Network<float>(none.graph, keeping_gradients(6)).plan.steps().size(), 3u);
}

TEST(ActivityPenaltyStep, OnlyTheOrthogonalOneCouplesRows) {
  for (const Penalty& penalty : kPenalties) {
    Chain chain(7);
    chain.dense(5).activity_penalty(penalty);
    EXPECT_EQ(Network<float>(chain.graph, keeping_gradients(6)).plan.couples_rows(), penalty.orthogonal != 0);
  }
}

}  // namespace
}  // namespace regulus::plan::testing
