// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/plan.h"

#include <atomic>
#include <limits>
#include <thread>

#include "support/expect.h"
#include "unit/plan/network.h"

namespace regulus::plan::testing {
namespace {

using kernels::Activation;
using kernels::Loss;
using kernels::UpdateRule;
using regulus::testing::expect_error;

// What runs between two barriers, in order.
std::vector<std::vector<std::string>> names(const std::vector<Phase<float>>& phases) {
  std::vector<std::vector<std::string>> out;
  for (const auto& phase : phases) {
    out.emplace_back();
    for (const auto& part : phase.parts) out.back().push_back(part.name);
  }
  return out;
}
using Names = std::vector<std::vector<std::string>>;

Chain notebook(std::int64_t width) {
  Chain chain(width);
  chain.mask(alpha_dropout(0.2))
      .dense(30)
      .activation(Activation::kSelu)
      .mask(alpha_dropout(0.2))
      .dense(20)
      .activation(Activation::kSelu)
      .mask(alpha_dropout(0.2))
      .dense(10)
      .softmax();
  return chain;
}

TEST(Plan, TrainsInFewPhases) {
  const Chain chain = notebook(40);
  const Network<float> net(chain.graph, keeping_gradients(8, kSparse));
  // The last layer is one panel wide: it goes row by row, with the loss and back.
  EXPECT_EQ(names(net.plan.phases()),
            (Names{{"fetch", "alpha_dropout masks", "alpha_dropout masks", "alpha_dropout masks", "gather"},
                   {"dense_1 forward"},
                   {"dense_4 forward"},
                   {"dense_7 forward", "loss", "dense_7 input gradient"},
                   {"dense_4 input gradient"},
                   {"dense_1 gradient, update", "dense_4 gradient, update", "dense_7 gradient, update"}}));
  EXPECT_TRUE(net.plan.stochastic());
}

TEST(Plan, PredictsInFewPhases) {
  const Chain chain = notebook(40);
  const Network<float> net(chain.graph, predicting(8));
  EXPECT_EQ(
      names(net.plan.phases()),
      (Names{{"gather"}, {"dense_1 forward"}, {"dense_4 forward"}, {"dense_7 forward", "softmax softmax"}}));
  EXPECT_FALSE(net.plan.stochastic());
  EXPECT_EQ(net.plan.output_width(), 10);
  EXPECT_EQ(net.plan.output_stride(), 16);
}

TEST(Plan, KeepsWhatPrecedesTheFirstDrawApart) {
  Chain chain(40);
  chain.dense(30)
      .activation(Activation::kSelu)
      .mask(dropout(0.5))
      .dense(20)
      .mask(dropout(0.5))
      .dense(10)
      .softmax();
  const Network<float> net(chain.graph, predicting(8, Mode::kMonteCarlo));
  // The second mask belongs to its dense step: what it follows is stochastic already.
  EXPECT_EQ(names(net.plan.phases()), (Names{{"gather"},
                                             {"dense_0 forward"},
                                             {"dropout masks", "dropout masks", "dropout forward"},
                                             {"dense_3 forward"},
                                             {"dense_6 forward", "softmax softmax"}}));
  std::vector<bool> stochastic;
  for (const auto& phase : net.plan.phases()) stochastic.push_back(phase.stochastic);
  EXPECT_EQ(stochastic, (std::vector<bool>{false, false, true, true, true}));
}

TEST(Plan, RefusesLogitsFromANetworkThatEndsInProbabilities) {
  Chain chain(7);
  chain.dense(5).softmax();
  for (const Loss loss : {Loss::kSparseCategoricalCrossentropy, Loss::kCategoricalCrossentropy})
    expect_error<ConfigError>(
        [&] {
          Network<float>(chain.graph, keeping_gradients(2, {loss, true, 0}));
        },
        "loss: from_logits is true, but the model ends in probabilities (expected logits, "
        "found softmax). Leave from_logits out, or take the activation off the last layer.");
  Chain sigmoid(7);
  sigmoid.dense(5).activation(Activation::kSigmoid);
  expect_error<ConfigError>(
      [&] {
        Network<float>(sigmoid.graph, keeping_gradients(2, {Loss::kBinaryCrossentropy, true, 0}));
      },
      "loss: from_logits is true, but the model ends in probabilities (expected logits, found sigmoid). "
      "Leave "
      "from_logits out, or take the activation off the last layer.");
}

TEST(Plan, UsesASharedWeightButDoesNotTrainIt) {
  const auto kernel = parameter("tied/kernel", Shape{7, 7}, 1, 0.3);
  Graph graph(Shape{7});
  graph.add<DenseStep>(DenseSpec{"first", kernel, nullptr});
  graph.add<DenseStep>(DenseSpec{"second", kernel, nullptr});
  EXPECT_EQ(Network<float>(graph, predicting(2)).plan.weights().all().size(), 1u);
  expect_error<ConfigError>(
      [&] { Network<float>(graph, keeping_gradients(2)); },
      "tied/kernel: two layers of one model share this weight, which can be used but not "
      "trained. Give each layer weights of its own.");
}

TEST(Plan, EvaluatesWhatItTrainsOn) {
  Chain chain(7);
  chain.dense(18, {.kernel_penalty = {.l2 = 0.1}})
      .activation(Activation::kElu, 1)
      .activity_penalty({.l1 = 0.1});
  chain.dense(5).softmax();
  const Data data(6, 7, 5, 89);
  Network<float> train(chain.graph, keeping_gradients(6, kSparse));
  Network<float> evaluate(chain.graph, {Mode::kEvaluate, 6, kSparse, {}});
  for (auto* net : {&train, &evaluate}) {
    net->pass.batch = data.batch(0, 6, true, true);
    net->run_alone();
  }
  EXPECT_EQ(train.plan.data_loss(train.pass), evaluate.plan.data_loss(evaluate.pass));
  EXPECT_EQ(train.plan.activity_penalty(train.pass), evaluate.plan.activity_penalty(evaluate.pass));
  EXPECT_EQ(train.plan.weight_penalty(), evaluate.plan.current_weight_penalty());
  EXPECT_TRUE(same_bits(train.output(), evaluate.output()));
}

// A const plan has no memory of its own: passes with their own workspaces do not meet.
TEST(Plan, PredictsOnManyThreadsAtOnce) {
  const Data data(64, 40, 10, 97);
  const Chain chain = notebook(40);
  const Plan<float> plan(chain.graph, predicting(16, Mode::kMonteCarlo));
  const auto predict = [&](std::int64_t begin, std::uint32_t draw) {
    Workspace workspace = plan.make_workspace(1);
    Pass<float> pass = plan.make_pass(workspace);
    pass.batch = data.batch(begin, begin + 16, true);
    pass.draw = draw;
    plan.run_alone(pass, workspace.scratch[0].data());
    const float* y = plan.output(pass);
    return std::vector<float>(y, y + 16 * plan.output_stride());
  };
  std::vector<std::vector<float>> wanted;
  for (std::int64_t i = 0; i < 4; ++i) wanted.push_back(predict(i * 16, static_cast<std::uint32_t>(i)));
  std::vector<int> wrong(4);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < 4; ++i)
    threads.emplace_back([&, i] {
      for (int repeat = 0; repeat < 20; ++repeat)
        if (!same_bits(predict(static_cast<std::int64_t>(i) * 16, static_cast<std::uint32_t>(i)), wanted[i]))
          ++wrong[i];
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<int>(4));
}

class Halting : public ::testing::TestWithParam<int> {
 protected:
  struct State {
    std::vector<float> weights;
    std::vector<float> slots;
  };
  static State state(const Plan<float>& plan) {
    State s{weights_of(plan), {}};
    for (const auto& w : plan.weights().all())
      for (int slot = 0; slot < 2; ++slot)
        s.slots.insert(s.slots.end(), w->slots[static_cast<std::size_t>(slot)],
                       w->slots[static_cast<std::size_t>(slot)] + w->num_panels() * w->panel_size());
    return s;
  }
  static Chain chain() {
    Chain made(7);
    const Constraint bound{.kind = kernels::ConstraintKind::kMaxNorm, .max_value = 0.5, .axes = {0, 1}};
    made.dense(40, {.kernel_penalty = {.l2 = 0.1}, .kernel_constraint = bound})
        .activation(Activation::kSelu)
        .activity_penalty({.l2 = 0.1})
        .dense(5, {.kernel_penalty = {.orthogonal = 0.1}})
        .softmax();
    return made;
  }
  // One good step, then bad ones: nothing may change any more.
  void expect_halt(LossSpec loss, bool whole_gradient, const Batch& good, const Batch& bad) {
    runtime::Team team(GetParam());
    const Chain made = chain();
    Slots<float> slots;
    Network<float> net(made.graph, training(8, loss, {UpdateRule::kAdam, 2, whole_gradient}), team.size(),
                       &slots);
    std::atomic<bool> halted = false;
    net.pass.halted = &halted;
    net.pass.update.coefficients = {0.01f, 0.1f, 0.001f, 1e-7f};
    net.pass.batch = good;
    net.plan.run(team, net.workspace, net.pass);
    EXPECT_FALSE(halted);
    const State before = state(net.plan);
    net.pass.batch = bad;
    // Often, so that workers meet the flag at every moment: they must neither miss it nor wait for ever.
    for (int repeat = 0; repeat < 50; ++repeat) {
      halted = false;
      net.plan.run(team, net.workspace, net.pass);
      ASSERT_TRUE(halted);
    }
    const State after = state(net.plan);
    EXPECT_TRUE(same_bits(after.weights, before.weights));
    EXPECT_TRUE(same_bits(after.slots, before.slots));
    halted = false;
    net.pass.batch = good;
    net.plan.run(team, net.workspace, net.pass);
    EXPECT_FALSE(halted);
    EXPECT_FALSE(same_bits(state(net.plan).weights, before.weights));
  }
  Data data{8, 7, 5, 101};
};

TEST_P(Halting, LeavesWeightsAndSlotsWhenARowIsNotFinite) {
  Data bad = data;
  bad.features[5 * 7 + 3] = std::numeric_limits<float>::quiet_NaN();
  expect_halt(kSparse, false, data.batch(0, 8, true), bad.batch(0, 8, true));
  expect_halt(kSparse, true, data.batch(0, 8, true), bad.batch(0, 8, true));
  bad.features[5 * 7 + 3] = std::numeric_limits<float>::infinity();
  expect_halt({Loss::kMeanSquaredError, false, 0}, false, data.batch(0, 8, false), bad.batch(0, 8, false));
}

TEST_P(Halting, LeavesWeightsAndSlotsWhenASampleWeightIsNotFinite) {
  Data bad = data;
  bad.weights[7] = std::numeric_limits<float>::quiet_NaN();
  expect_halt(kSparse, false, data.batch(0, 8, true, true), bad.batch(0, 8, true, true));
}

TEST_P(Halting, LeavesWeightsAndSlotsWhenATargetIsNotFinite) {
  Data bad = data;
  bad.targets[0] = -std::numeric_limits<float>::infinity();
  expect_halt({Loss::kMeanSquaredError, false, 0}, true, data.batch(0, 8, false), bad.batch(0, 8, false));
}

INSTANTIATE_TEST_SUITE_P(Threads, Halting, ::testing::Values(1, 2, 3, 7));

// Dropout hides the row from the loss, but not from a penalty on what comes before it.
TEST(Plan, HaltsWhenAnActivityPenaltyIsNotFinite) {
  Chain chain(7);
  chain.dense(40).activity_penalty({.l2 = 0.1}).mask(dropout(1)).dense(5);
  Data data(8, 7, 5, 103);
  data.features[0] = std::numeric_limits<float>::quiet_NaN();
  Slots<float> slots;
  Network<float> net(chain.graph, training(8, {}, {UpdateRule::kSgd, 0, false}), 1, &slots);
  const auto before = weights_of(net.plan);
  std::atomic<bool> halted = false;
  net.pass.halted = &halted;
  net.pass.update.coefficients[0] = 0.1f;
  net.pass.batch = data.batch(0, 8, false);
  net.run_alone();
  EXPECT_TRUE(std::isfinite(net.plan.data_loss(net.pass)));
  EXPECT_TRUE(halted);
  EXPECT_TRUE(same_bits(weights_of(net.plan), before));
}

}  // namespace
}  // namespace regulus::plan::testing
