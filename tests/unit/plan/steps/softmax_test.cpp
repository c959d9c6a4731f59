// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/softmax.h"

#include <cmath>

#include "unit/plan/gradient_check.h"

namespace regulus::plan::testing {
namespace {

using kernels::Activation;

class BothSoftmaxes : public ::testing::TestWithParam<bool> {
 protected:
  Data data{6, 7, 5, 13};
};

TEST_P(BothSoftmaxes, HasRightGradientInTheMiddle) {
  Chain chain(7);
  chain.dense(18).softmax(GetParam()).dense(5);
  expect_gradients(chain.graph, kSquared, data.batch(0, 6, false), "behind a bare dense step");
}

TEST_P(BothSoftmaxes, HasRightGradientBehindStepsThatGoBackPanelByPanel) {
  Chain chain(7);
  chain.dense(18).activation(Activation::kSelu).mask(dropout(0.3)).softmax(GetParam()).dense(5);
  expect_gradients(chain.graph, kSquared, data.batch(0, 6, false), "behind an absorbed activation and mask");
}

TEST_P(BothSoftmaxes, HasRightGradientBeforeAnActivation) {
  Chain chain(7);
  chain.dense(18).softmax(GetParam()).activation(Activation::kTanh).mask(dropout(0.3)).dense(5);
  expect_gradients(chain.graph, kSquared, data.batch(0, 6, false), "before an activation and a mask");
}

TEST_P(BothSoftmaxes, HasRightGradientAtTheEnd) {
  Chain chain(7);
  chain.dense(9).activation(Activation::kTanh).dense(5).softmax(GetParam());
  expect_gradients(chain.graph, kSquared, data.batch(0, 6, false), "at the end");
}

TEST_P(BothSoftmaxes, GivesEachRowItsOwnSum) {
  Chain chain(7);
  chain.dense(37).softmax(GetParam());
  Network<double> net(chain.graph, predicting(6));
  net.pass.batch = data.batch(0, 6, false);
  net.run_alone();
  const auto y = net.output();
  for (std::size_t r = 0; r < 6; ++r) {
    double sum = 0;
    for (std::size_t u = 0; u < 37; ++u) sum += GetParam() ? std::exp(y[r * 37 + u]) : y[r * 37 + u];
    EXPECT_NEAR(sum, 1, 1e-14) << "row " << r;  // 37 roundings of 1e-16
  }
}

INSTANTIATE_TEST_SUITE_P(Softmax, BothSoftmaxes, ::testing::Bool());

}  // namespace
}  // namespace regulus::plan::testing
