// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/prelu.h"

#include "unit/plan/gradient_check.h"

namespace regulus::plan::testing {
namespace {

using kernels::Activation;

// For 36 features: one alpha each, 18 shared by neighbours, or one for all.
PReluSpec spec(std::int64_t shared_by) {
  const std::int64_t units = 36 / shared_by;
  return {"prelu", parameter("alpha", Shape{units}, 5, 0.5, {.l2 = 0.1}),
          StridedView({{units, 1}, {shared_by, 0}})};
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

// Alphas of several lines and panels, of which a row's axes share some: [2, 1, 18] of rows [2, 3, 18], each
// other axis alone, and all axes but the last.
TEST(PReluStep, HasRightGradientsWhateverAxesShareAnAlpha) {
  const Data data(6, 7, 5, 37);
  const struct {
    Shape alpha;
    StridedView alpha_of;
  } cases[] = {{Shape{2, 1, 18}, StridedView({{2, 18}, {3, 0}, {18, 1}})},
               {Shape{1, 3, 18}, StridedView({{2, 0}, {3, 18}, {18, 1}})},
               {Shape{2, 3, 1}, StridedView({{2, 3}, {3, 1}, {18, 0}})},
               {Shape{2, 3, 18}, StridedView({{2, 54}, {3, 18}, {18, 1}})},
               {Shape{1, 1, 18}, StridedView({{2, 0}, {3, 0}, {18, 1}})}};
  for (const auto& c : cases) {
    Chain chain(7);
    chain.dense(108);
    chain.graph.add<PReluStep>(
        PReluSpec{"prelu", parameter("alpha", c.alpha, 5, 0.5, {.l2 = 0.1}), c.alpha_of});
    chain.activation(Activation::kSigmoid);
    chain.graph.add<DenseStep>(DenseSpec{"last", parameter("last", Shape{108, 5}, 9, 0.1), nullptr});
    expect_gradients(chain.graph, kSquared, data.batch(0, 6, false), to_string(c.alpha));
  }
}

}  // namespace
}  // namespace regulus::plan::testing
