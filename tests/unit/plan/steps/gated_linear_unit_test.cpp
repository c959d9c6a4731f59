// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/gated_linear_unit.h"

#include "unit/plan/gradient_check.h"

namespace regulus::plan::testing {
namespace {

using kernels::Activation;

TEST(GatedLinearUnitStep, HasRightGradients) {
  const Data data(4, 7, 5, 29);
  for (const std::int64_t length : {36, 12, 2})
    for (const bool fused : {false, true}) {
      Chain chain(7);
      chain.dense(36);
      if (fused) chain.activation(Activation::kTanh).mask(dropout(0.3));
      chain.step<GatedLinearUnitStep>(GatedLinearUnitSpec{"glu", length}, 18);
      chain.activation(Activation::kTanh).dense(5);
      expect_gradients(chain.graph, kSquared, data.batch(0, 4, false),
                       "glu of " + std::to_string(length) + (fused ? " fused" : ""));
    }
}

}  // namespace
}  // namespace regulus::plan::testing
