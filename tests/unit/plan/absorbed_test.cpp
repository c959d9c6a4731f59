// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/absorbed.h"

#include "unit/plan/network.h"

namespace regulus::plan::testing {
namespace {

using kernels::Activation;

class AbsorbedSteps : public ::testing::Test {
 protected:
  WeightSet<float> weights;
  Compiler<float> compiler{PlanOptions{.mode = Mode::kTrain, .max_rows = 4, .loss = {}, .update = {}},
                           weights};
  ActivationStep<float> activation{ActivationSpec{"tanh", Activation::kTanh, 0}, compiler};
  MaskStep<float> mask{dropout(0.5), compiler};
  SoftmaxStep<float> softmax{SoftmaxSpec{"softmax", false}, compiler};
  Absorbed<float> absorbed;
};

TEST_F(AbsorbedSteps, AreAnActivationAndThenAMask) {
  EXPECT_FALSE(absorbed.any());
  EXPECT_FALSE(absorbed.absorb(softmax, false));
  EXPECT_TRUE(absorbed.absorb(activation, false));
  EXPECT_FALSE(absorbed.absorb(activation, false));
  EXPECT_FALSE(absorbed.stochastic());
  EXPECT_TRUE(absorbed.absorb(mask, false));
  EXPECT_TRUE(absorbed.stochastic());
  EXPECT_FALSE(absorbed.absorb(mask, false));
}

TEST_F(AbsorbedSteps, NothingJoinsBehindAMask) {
  EXPECT_TRUE(absorbed.absorb(mask, false));
  EXPECT_FALSE(absorbed.absorb(activation, false));
}

TEST_F(AbsorbedSteps, TheFirstDrawStaysApart) {
  EXPECT_FALSE(absorbed.absorb(mask, /*fresh_draw=*/true));
  EXPECT_TRUE(absorbed.absorb(activation, true));
}

// What the derivative needs must outlive the mask, and z where it is computed from z.
TEST_F(AbsorbedSteps, KeepWhatTheDerivativeNeeds) {
  const auto kept_apart = [&](Activation kind, bool masked) {
    Absorbed<float> each;
    ActivationStep<float> step{ActivationSpec{"f", kind, 0}, compiler};
    each.absorb(step, false);
    if (masked) each.absorb(mask, false);
    const Value out = compiler.new_value(20, true);
    each.lay_out(compiler, out);
    return each.product() != out.data;
  };
  EXPECT_FALSE(kept_apart(Activation::kTanh, false));
  EXPECT_TRUE(kept_apart(Activation::kTanh, true));
  EXPECT_TRUE(kept_apart(Activation::kGelu, false));
}

}  // namespace
}  // namespace regulus::plan::testing
