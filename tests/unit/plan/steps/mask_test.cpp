// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/mask.h"

#include <limits>

#include "unit/plan/gradient_check.h"

namespace regulus::plan::testing {
namespace {

using kernels::Activation;

// A noise shape: units 0 … 17 of the middle layer decided by six numbers.
MaskSpec with_noise_shape(MaskSpec spec) {
  spec.decision = StridedView({{3, 0}, {6, 1}});
  return spec;
}
MaskSpec same_for_all_rows(MaskSpec spec) {
  spec.same_for_all_rows = true;
  return spec;
}

class EveryMask : public ::testing::TestWithParam<int> {
 protected:
  MaskSpec spec() const {
    const MaskSpec specs[] = {dropout(0.3),
                              dropout(1),
                              alpha_dropout(0.2),
                              with_noise_shape(dropout(0.5)),
                              with_noise_shape(alpha_dropout(0.4)),
                              same_for_all_rows(dropout(0.5)),
                              same_for_all_rows(with_noise_shape(alpha_dropout(0.5)))};
    return specs[GetParam()];
  }
  void expect_right(Chain& chain, const char* what) {
    expect_gradients(chain.graph, kSquared, data.batch(0, 6, false), what);
  }
  Data data{6, 7, 5, 43};
};

TEST_P(EveryMask, HasRightGradientWhenADenseStepAbsorbsIt) {
  Chain chain(7);
  chain.dense(18).mask(spec()).dense(5);
  expect_right(chain, "no activation");
  for (const Activation kind : {Activation::kSelu, Activation::kGelu}) {  // saved: the output; the input
    Chain active(7);
    active.dense(18).activation(kind).mask(spec()).dense(5);
    expect_right(active, "activation");
  }
}
TEST_P(EveryMask, HasRightGradientAsAStepOfItsOwn) {
  Chain chain(7);
  chain.dense(18).softmax().mask(spec()).dense(5);
  expect_right(chain, "alone");
}
TEST_P(EveryMask, HasRightGradientBehindAnotherMask) {
  Chain chain(7);
  chain.dense(18).mask(dropout(0.2)).mask(spec()).activation(Activation::kTanh).dense(5);
  expect_right(chain, "two masks");
}
TEST_P(EveryMask, HasTheSameBitsAbsorbedAndAlone) {
  Chain absorbed(7);
  absorbed.dense(18).activation(Activation::kSelu).mask(spec()).dense(5);
  Chain alone(7);
  alone.dense(18).activation(Activation::kSelu).identity().mask(spec()).dense(5);
  // The number of a layer's place is its stream and seeds its weights: the same here.
  Network<float> a(absorbed.graph, keeping_gradients(6));
  Network<float> b(alone.graph, keeping_gradients(6));
  for (auto* net : {&a, &b}) {
    net->pass.batch = data.batch(0, 6, false);
    net->run_alone();
  }
  EXPECT_TRUE(same_bits(a.output(), b.output()));
  for (std::size_t i = 0; i < 4; ++i) {
    const auto x = a.plan.weights().all()[i]->gradient.span();
    const auto y = b.plan.weights().all()[i]->gradient.span();
    EXPECT_TRUE(same_bits(std::vector<float>(x.begin(), x.end()), std::vector<float>(y.begin(), y.end())));
  }
}

INSTANTIATE_TEST_SUITE_P(Masks, EveryMask, ::testing::Range(0, 7));

TEST(MaskStep, IsLeftOutWhereItDoesNotDraw) {
  const auto steps = [](Mode mode, MaskSpec spec) {
    Chain chain(7);
    chain.softmax().mask(std::move(spec)).dense(5);
    const PlanOptions options = mode == Mode::kTrain ? keeping_gradients(6) : predicting(6, mode);
    const Network<float> net(chain.graph, options);
    return net.plan.steps().size() - (mode == Mode::kTrain ? 1 : 0) - 3;  // loss; input, softmax, dense
  };
  MaskSpec twin = dropout(0.5);
  twin.always_on = true;
  for (const Mode mode : {Mode::kTrain, Mode::kMonteCarlo}) {
    EXPECT_EQ(steps(mode, dropout(0.5)), 1u);
    EXPECT_EQ(steps(mode, twin), 1u);
    EXPECT_EQ(steps(mode, dropout(0)), 0u);  // as Keras: no draw, no change
  }
  EXPECT_EQ(steps(Mode::kPredict, dropout(0.5)), 0u);
  EXPECT_EQ(steps(Mode::kPredict, twin), 1u);
  twin.rate = 0;
  EXPECT_EQ(steps(Mode::kPredict, twin), 0u);
}

TEST(MaskStep, SelectsNotMultiplies) {
  MaskSpec all = dropout(1);
  all.always_on = true;
  Chain chain(2);
  chain.mask(all);
  Network<float> net(chain.graph, predicting(1));
  const float x[] = {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()};
  const std::uint32_t index = 0;
  net.pass.batch.features.floats = x;
  net.pass.batch.index = net.pass.batch.row_ids = &index;
  net.pass.batch.rows = 1;
  net.run_alone();
  EXPECT_TRUE(same_bits(net.output(), std::vector<float>{0, 0}));
}

}  // namespace
}  // namespace regulus::plan::testing
