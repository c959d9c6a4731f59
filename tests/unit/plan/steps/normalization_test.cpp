// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/normalization.h"

#include <cmath>

#include "unit/plan/gradient_check.h"

namespace regulus::plan::testing {
namespace {

using kernels::Activation;

ParameterPtr state(const std::vector<float>& values) {
  const Shape shape{static_cast<std::int64_t>(values.size())};
  auto made = std::make_shared<Parameter>("state", shape, Penalty{}, Constraint{}, false);
  made->assign(Tensor(shape, values));
  return made;
}

// Rows of [lines, 5]: a mean for each of the five.
NormalizationSpec spec_for(std::int64_t lines, bool invert) {
  return {"normalization", state({0.5f, -1, 2, 0, 1}), state({4, 0.25f, 1, 9, 0.5f}),
          StridedView({{lines, 0}, {5, 1}}), invert};
}

class BothNormalizations : public ::testing::TestWithParam<bool> {};

TEST_P(BothNormalizations, HasRightGradientWhereverItStands) {
  const LossSpec squared{
      .loss = kernels::Loss::kMeanSquaredError, .from_logits = false, .label_smoothing = 0};
  const Data data(6, 20, 5, 41);
  Chain chain(20);
  chain.step<NormalizationStep>(spec_for(4, GetParam()), 20).dense(25).activation(Activation::kTanh);
  chain.step<NormalizationStep>(spec_for(5, GetParam()), 25).dense(5);
  expect_gradients(chain.graph, squared, data.batch(0, 6, false, true), "normalization");
}

TEST_P(BothNormalizations, ComputesTheFormula) {
  const Data data(3, 20, 5, 41);
  Chain chain(20);
  const NormalizationSpec spec = spec_for(4, GetParam());
  chain.step<NormalizationStep>(spec, 20);
  Network<double> net(chain.graph, predicting(3));
  net.pass.batch = data.batch(0, 3, false);
  net.run_alone();
  const std::vector<double> y = net.output();
  for (std::size_t i = 0; i < y.size(); ++i) {
    const auto x = static_cast<double>(data.features[i]);
    const std::size_t place = i % 5;
    const auto mean = static_cast<double>(spec.mean->packed()[place]);
    const double deviation = std::sqrt(static_cast<double>(spec.variance->packed()[place]));
    EXPECT_DOUBLE_EQ(y[i], GetParam() ? mean + x * deviation : (x - mean) / deviation) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Directions, BothNormalizations, ::testing::Bool());

TEST(NormalizationStep, AVarianceOfZeroGivesNoNan) {
  Chain chain(2);
  chain.step<NormalizationStep>(NormalizationSpec{"n", state({1, 1}), state({0, 1e-20f}),
                                                  StridedView(std::vector<ViewAxis>{{2, 1}}), false},
                                2);
  Network<float> net(chain.graph, predicting(1));
  Data data(1, 2, 2, 1);
  data.features = {1, 2};
  net.pass.batch = data.batch(0, 1, false);
  net.run_alone();
  EXPECT_TRUE(same_bits(net.output(), {0, 1 / 1e-7f}));
}

}  // namespace
}  // namespace regulus::plan::testing
