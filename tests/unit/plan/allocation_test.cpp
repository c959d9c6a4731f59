// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/batch_normalization.h"
#include "support/allocations.h"
#include "unit/plan/network.h"

namespace regulus::plan::testing {
namespace {

using kernels::Activation;
using kernels::Loss;
using regulus::testing::count_allocations;

Chain everything() {
  Chain chain(40);
  MaskSpec shape = dropout(0.2);
  shape.decision = StridedView({{11, 0}, {3, 1}});
  chain.mask(alpha_dropout(0.1))
      .dense(33, {.kernel_penalty = {.l1 = 0.01, .l2 = 0.01},
                  .kernel_constraint = {.kind = kernels::ConstraintKind::kMaxNorm, .max_value = 1}})
      .activation(Activation::kSelu)
      .mask(shape)
      .dense(17, {.kernel_penalty = {.orthogonal = 0.1},
                  .bias_constraint = {.kind = kernels::ConstraintKind::kUnitNorm}})
      .activation(Activation::kGelu)
      .activity_penalty({.l2 = 0.1, .orthogonal = 0.1})
      .softmax(/*log=*/true)
      .mask(dropout(0.5))
      .dense(10);
  const Shape units{10};
  const auto state = [&](const char* name) {
    return std::make_shared<Parameter>(name, units, Penalty{}, Constraint{}, false);
  };
  chain.graph.add<BatchNormalizationStep>(BatchNormalizationSpec{
      .name = "normalization",
      .gamma = parameter("gamma", units, 1, 1),
      .beta = parameter("beta", units, 2, 1),
      .moving_mean = state("moving_mean"),
      .moving_variance = state("moving_variance"),
  });
  chain.softmax();
  return chain;
}

class Allocations : public ::testing::TestWithParam<int> {
 protected:
  runtime::Team team{GetParam()};
  const Data data{32, 40, 10, 151};
};

// Calls of the functions themselves: a compiler may leave out a pair of new and delete.
TEST_P(Allocations, AreCounted) {
  constexpr std::align_val_t kAligned{64};
  EXPECT_EQ(count_allocations([] { ::operator delete(::operator new(4)); }), 1);
  EXPECT_EQ(count_allocations([] { ::operator delete[](::operator new[](4)); }), 1);
  EXPECT_EQ(count_allocations([] { ::operator delete(::operator new(4, kAligned), kAligned); }), 1);
  EXPECT_EQ(count_allocations([] { ::operator delete[](::operator new[](4, kAligned), kAligned); }), 1);
  EXPECT_EQ(count_allocations([] { ::operator delete(::operator new(4, std::nothrow)); }), 1);
}

TEST_P(Allocations, ATrainingStepHasNone) {
  for (const bool whole_gradient : {false, true}) {
    const Chain chain = everything();
    Slots<float> slots;
    Network<float> net(chain.graph, training(32, kSparse, {kernels::UpdateRule::kAdam, 2, whole_gradient}),
                       team.size(), &slots);
    std::atomic<bool> halted = false;
    net.pass.halted = &halted;
    net.pass.update.coefficients = {0.01f, 0.1f, 0.001f, 1e-7f};
    net.pass.update.global_clipnorm = whole_gradient ? 0.1 : 0;
    net.pass.batch = data.batch(0, 32, true, true);
    double loss = 0;
    Profile profile(net.plan.phases(), team.size());
    for (const bool timed : {false, true}) {
      net.pass.stopwatches = timed ? profile.stopwatches() : nullptr;
      EXPECT_EQ(count_allocations([&] {
                  ++net.pass.draw;
                  net.plan.run(team, net.workspace, net.pass);
                  loss += net.loss();
                }),
                0);
    }
    EXPECT_TRUE(std::isfinite(loss));
    EXPECT_FALSE(halted);
  }
}

TEST_P(Allocations, AnEvaluationHasNone) {
  const Chain chain = everything();
  Network<float> net(chain.graph, {Mode::kEvaluate, 32, kSparse, {}}, team.size());
  net.pass.batch = data.batch(0, 32, true);
  double loss = 0;
  EXPECT_EQ(count_allocations([&] {
              net.plan.run(team, net.workspace, net.pass);
              loss += net.plan.data_loss(net.pass) + net.plan.activity_penalty(net.pass);
              for (std::int64_t r = 0; r < 32; ++r) loss += net.plan.row_loss(net.pass, r);
            }),
            0);
  EXPECT_TRUE(std::isfinite(loss));
}

TEST_P(Allocations, AMonteCarloDrawHasNone) {
  const Chain chain = everything();
  for (const bool shared : {false, true}) {
    Network<float> net(chain.graph, predicting(32, Mode::kMonteCarlo), team.size());
    net.pass.batch = data.batch(0, 32, true);
    net.pass.shared_masks = shared;
    EXPECT_EQ(count_allocations([&] { net.plan.run(team, net.workspace, net.pass); }), 0);
    Profile profile(net.plan.phases(), 1);
    net.pass.stopwatches = profile.stopwatch(0);
    EXPECT_EQ(count_allocations([&] {
                net.run_alone(Plan<float>::Part::kDeterministic);
                for (net.pass.draw = 0; net.pass.draw < 3; ++net.pass.draw)
                  net.run_alone(Plan<float>::Part::kStochastic);
              }),
              0);
  }
}

// Of a file of bytes: one unit's values are few, packed they would be sixteen times as many.
TEST(Memory, AWeightTakesNoMoreThanItsValuesUntilAPlanWantsIt) {
  const Shape shape{1 << 16, 1};
  Parameter p("w", shape);
  Tensor value(shape);
  value.data()[5] = 7;
  const auto largest = [](const auto& call) {
    regulus::testing::largest_allocation = 0;
    call();
    return regulus::testing::largest_allocation.load();
  };
  EXPECT_LT(largest([&] { p.assign(std::move(value)); }), 1u << 10);
  EXPECT_LE(largest([&] { EXPECT_EQ(p.value().data()[5], 7); }), 4u << 16);
  EXPECT_GE(largest([&] { EXPECT_EQ(p.packed()[5 * 16], 7); }), 64u << 16);
  EXPECT_LT(largest([&] { p.assign(Tensor(Shape{1 << 16, 1})); }), (4u << 16) + 1) << "in place";
}

// An arena has room for the rows of the call, not for the largest batch.
TEST(Memory, APassTakesWhatItsRowsNeed) {
  Chain chain(1 << 14);
  chain.identity();
  const Plan<float> plan(chain.graph, predicting(96));
  const std::int64_t row = plan.workspace_bytes(1, 1);
  EXPECT_GE(row, 2 * (4 << 14));
  EXPECT_LT(row, 2 * (4 << 14) + (1 << 10));
  EXPECT_EQ(plan.workspace_bytes(1, 96), 96 * row);
  const auto arena = [&](std::int64_t rows) { return plan.borrow_workspace(rows); };
  { const auto loan = arena(1); }
  EXPECT_EQ((*arena(1)).rows, 1);
  EXPECT_EQ((*arena(96)).rows, 96);
  EXPECT_EQ((*arena(2)).rows, 96) << "the one that is there";
}

INSTANTIATE_TEST_SUITE_P(Threads, Allocations, ::testing::Values(1, 2, 3));

}  // namespace
}  // namespace regulus::plan::testing
