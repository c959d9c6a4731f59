// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/axis_softmax.h"
#include "regulus/plan/steps/elementwise.h"
#include "regulus/plan/steps/noise.h"
#include "regulus/plan/steps/prelu.h"
#include "regulus/plan/steps/rearrange.h"
#include "regulus/runtime/isa.h"
#include "unit/plan/network.h"

// The steps that are plain loops: the same bits for any number of threads and any instruction set.

namespace regulus::plan::testing {
namespace {

using kernels::Activation;

// Rows of 48 features are [12, 4]; alphas have two panels and constraints, and are shared by neighbours.
Chain plain_loops() {
  const Constraint limit{.kind = kernels::ConstraintKind::kMaxNorm, .max_value = 0.5};
  const PReluSpec prelu{"prelu", parameter("alpha", Shape{24}, 5, 0.5, {.l2 = 0.01}, limit),
                        StridedView({{24, 1}, {2, 0}})};
  // [12, 4] with its axes changed round and a line of zeros behind: [5, 12].
  const RearrangeSpec turned{"turned", StridedView({{5, 1, 0, 4}, {12, 4}})};
  Chain chain(20);
  chain.graph.add<RescaleStep>(RescaleSpec{"rescale", 0.7, 0.1});
  chain.graph.add<NoiseStep>(NoiseSpec{"added", 0.1, false, false, 1, {}});
  chain.dense(48).activation(Activation::kTanh);
  chain.graph.add<PReluStep>(prelu);
  chain.graph.add<NoiseStep>(NoiseSpec{"multiplied", 0.3, true, false, 2, {}});
  chain.graph.add<AxisSoftmaxStep>(AxisSoftmaxSpec{"softmax", 12, 4});
  chain.graph.add<RescaleStep>(RescaleSpec{"back", 4, -0.5});
  chain.graph.add<ClippedReluStep>(ClippedReluSpec{"clipped", 1, 0.1, 0.05});
  chain.graph.add<RearrangeStep>(turned);
  chain.graph.add<DenseStep>(DenseSpec{"last", parameter("last", Shape{60, 5}, 9, 0.2), nullptr});
  return chain;
}

std::vector<float> trained(int threads, const kernels::Table<float>& kernels) {
  constexpr std::int64_t kRows = 13, kBatches = 10;
  const Data data(kRows * kBatches, 20, 5, 51);
  const Chain chain = plain_loops();
  const LossSpec squared{
      .loss = kernels::Loss::kMeanSquaredError, .from_logits = false, .label_smoothing = 0};
  Slots<float> slots;
  Network<float> net(chain.graph, training(kRows, squared, {kernels::UpdateRule::kMomentum, 1, false}),
                     threads, &slots);
  net.pass.kernels = &kernels;
  net.pass.update = {{0.05f, 0.9f}, 0, 0, 0, 0};
  runtime::Team team(threads);
  for (std::int64_t step = 0; step < kBatches; ++step) {
    net.pass.batch = data.batch(step * kRows, (step + 1) * kRows, false);
    net.pass.draw = static_cast<std::uint32_t>(step);
    net.plan.run(team, net.workspace, net.pass);
  }
  return weights_of(net.plan);
}

TEST(PlainLoops, HaveTheSameBitsForAnyNumberOfThreadsAndEveryInstructionSet) {
  const auto wanted = trained(1, kernels::reference_table<float>());
  for (const float w : wanted) ASSERT_TRUE(std::isfinite(w));
  for (const int threads : {2, 3, 7})
    EXPECT_TRUE(same_bits(trained(threads, kernels::active_table<float>()), wanted)) << threads;
  for (const runtime::Isa isa : runtime::available_isas())
    EXPECT_TRUE(same_bits(trained(1, kernels::table_for(isa)), wanted)) << runtime::name(isa);
}

}  // namespace
}  // namespace regulus::plan::testing
