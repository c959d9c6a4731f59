// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/elementwise.h"

#include <limits>

#include "unit/plan/gradient_check.h"

namespace regulus::plan::testing {
namespace {

using kernels::Activation;

// Behind a bare dense step and behind one that has absorbed what goes back block by block.
template <template <class> class StepT, class Spec>
void expect_right_gradients(const Spec& spec) {
  const Data data(6, 7, 5, 19);
  for (const bool fused : {false, true}) {
    Chain chain(7);
    chain.dense(18);
    if (fused) chain.activation(Activation::kTanh).mask(dropout(0.3));
    chain.graph.add<StepT>(spec);
    chain.dense(5);
    expect_gradients(chain.graph, kSquared, data.batch(0, 6, false), spec.name + (fused ? " fused" : ""));
  }
}

TEST(ElementwiseStep, HasRightGradients) {
  expect_right_gradients<RescaleStep>(RescaleSpec{"rescale", 1.75, -0.5});
  expect_right_gradients<ClippedReluStep>(ClippedReluSpec{"clipped", 0.8, 0.3, 0.1});
  expect_right_gradients<ClippedReluStep>(
      ClippedReluSpec{"threshold", std::numeric_limits<double>::infinity(), 0, 0.1});
}

}  // namespace
}  // namespace regulus::plan::testing
