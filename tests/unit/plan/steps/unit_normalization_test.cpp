// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/unit_normalization.h"

#include "unit/plan/gradient_check.h"

namespace regulus::plan::testing {
namespace {

using kernels::Activation;

class EveryUnitNormalization : public ::testing::TestWithParam<std::int64_t> {
 protected:
  void expect_right(Chain& chain, const char* what) {
    const LossSpec squared{
        .loss = kernels::Loss::kMeanSquaredError, .from_logits = false, .label_smoothing = 0};
    expect_gradients(chain.graph, squared, data.batch(0, 6, false, true), what);
  }
  Chain& add(Chain& chain) {
    return chain.step<UnitNormalizationStep>(UnitNormalizationSpec{"unit", GetParam()}, 36);
  }
  Data data{6, 36, 5, 41};
};

TEST_P(EveryUnitNormalization, HasRightGradientBehindADenseStep) {
  Chain chain(36);
  add(chain.dense(36)).activation(Activation::kTanh).dense(5);
  expect_right(chain, "dense");
}
TEST_P(EveryUnitNormalization, HasRightGradientBehindAnActivationAndAMask) {
  Chain chain(36);
  add(chain.dense(36).activation(Activation::kSelu).mask(dropout(0.3))).mask(dropout(0.3)).dense(5);
  expect_right(chain, "absorbed");
}

INSTANTIATE_TEST_SUITE_P(Lengths, EveryUnitNormalization, ::testing::Values(36, 18, 12));

TEST(UnitNormalizationStep, ZerosGetTheLargestSlope) {
  Chain chain(3);
  chain.step<UnitNormalizationStep>(UnitNormalizationSpec{"unit", 3}, 3);
  Network<float> net(chain.graph, predicting(1));
  Data data(1, 3, 3, 1);
  data.features = {0, -0.0f, 1e-20f};
  net.pass.batch = data.batch(0, 1, false);
  net.run_alone();
  EXPECT_TRUE(same_bits(net.output(), {0, -0.0f, 1e-20f * 1e12f}));
}

}  // namespace
}  // namespace regulus::plan::testing
