// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/activation.h"

#include "unit/plan/gradient_check.h"

namespace regulus::plan::testing {
namespace {

using kernels::Activation;

class EveryActivation : public ::testing::TestWithParam<int> {
 protected:
  Activation kind() const { return static_cast<Activation>(GetParam()); }
  Data data{6, 7, 5, 11};
};

TEST_P(EveryActivation, HasRightGradientWhenADenseStepAbsorbsIt) {
  Chain chain(7);
  chain.dense(18).activation(kind(), 0.7).dense(5);
  expect_gradients(chain.graph, kSquared, data.batch(0, 6, false), "absorbed");
}

TEST_P(EveryActivation, HasRightGradientAsAStepOfItsOwn) {
  Chain chain(7);
  chain.dense(18).identity().activation(kind(), 0.7).dense(5);
  expect_gradients(chain.graph, kSquared, data.batch(0, 6, false), "alone");
}

TEST_P(EveryActivation, HasRightGradientBehindAMask) {
  Chain chain(7);
  chain.dense(18).mask(alpha_dropout(0.3)).activation(kind(), 0.7).dense(5);
  expect_gradients(chain.graph, kSquared, data.batch(0, 6, false), "behind a mask");
}

TEST_P(EveryActivation, HasRightGradientAtTheEnd) {
  Chain chain(7);
  chain.dense(9).activation(Activation::kTanh).dense(5).identity().activation(kind(), 0.7);
  expect_gradients(chain.graph, kSquared, data.batch(0, 6, false), "at the end");
}

INSTANTIATE_TEST_SUITE_P(Activations, EveryActivation, ::testing::Range(0, kernels::kNumActivations));

TEST(ActivationStep, WorksOnTheInputItself) {
  Chain chain(3);
  chain.activation(Activation::kRelu);
  Network<float> net(chain.graph, predicting(2));
  const std::vector<float> x = {-1, 2, -3, 4, -5, 6};
  const std::vector<std::uint32_t> index = {0, 1};
  net.pass.batch.features.floats = x.data();
  net.pass.batch.index = net.pass.batch.row_ids = index.data();
  net.pass.batch.rows = 2;
  net.run_alone();
  EXPECT_TRUE(same_bits(net.output(), std::vector<float>{0, 2, 0, 4, 0, 6}));
}

}  // namespace
}  // namespace regulus::plan::testing
