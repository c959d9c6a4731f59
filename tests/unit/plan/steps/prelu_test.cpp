// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/prelu.h"

#include "unit/plan/gradient_check.h"

namespace regulus::plan::testing {
namespace {

using kernels::Activation;

constexpr LossSpec kSquared{
    .loss = kernels::Loss::kMeanSquaredError, .from_logits = false, .label_smoothing = 0};

// For 36 features: one alpha each, 18 shared by neighbours, or one for all.
PReluSpec spec(std::int64_t shared_by) {
  const std::int64_t units = 36 / shared_by;
  PReluSpec made{"prelu", parameter("alpha", Shape{units}, 5, 0.5, {.l2 = 0.1}), {}};
  for (std::int64_t i = 0; i < 36; ++i) made.place.push_back(static_cast<std::int32_t>(i / shared_by));
  return made;
}

TEST(PReluStep, HasRightGradientsForAlphaAndForWhatIsBefore) {
  const Data data(6, 7, 5, 29);
  for (const std::int64_t shared_by : {1, 2, 36})
    for (const bool fused : {false, true}) {
      Chain chain(7);
      chain.dense(36);
      if (fused) chain.activation(Activation::kTanh).mask(dropout(0.3));
      chain.graph.add<PReluStep>(spec(shared_by));
      chain.activation(Activation::kSigmoid).dense(5);
      expect_gradients(chain.graph, kSquared, data.batch(0, 6, false),
                       std::to_string(shared_by) + (fused ? " fused" : ""));
    }
}

TEST(PReluStep, LearnsOnTheInputItself) {
  const Data data(6, 36, 5, 31);
  Chain chain(36);
  chain.graph.add<PReluStep>(spec(2));
  chain.dense(5);
  expect_gradients(chain.graph, kSquared, data.batch(0, 6, false), "first");
}

}  // namespace
}  // namespace regulus::plan::testing
