// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/thinned/thinned_network.h"

#include <limits>

#include "unit/plan/network.h"

// Which plans can be thinned, and which are left to the general path.

namespace regulus::plan::testing {
namespace {

using kernels::Activation;

bool thins(const Chain& chain, Mode mode = Mode::kMonteCarlo) {
  const Plan<float> plan(chain.graph, predicting(4, mode));
  return thin(plan).has_value();
}

TEST(ThinnedNetwork, IsDenseLayersWithMasksBetween) {
  EXPECT_TRUE(thins(Chain(20).mask(dropout(0.2)).dense(10)));
  EXPECT_TRUE(
      thins(Chain(20).dense(12).activation(Activation::kSelu).mask(dropout(0.2)).dense(10).softmax()));
  EXPECT_TRUE(thins(Chain(20)
                        .mask(alpha_dropout(0.2))
                        .dense(12)
                        .activation(Activation::kTanh)
                        .activation(Activation::kRelu)
                        .activity_penalty({.l2 = 1})
                        .dense(11)
                        .mask(dropout(1))
                        .dense(10)
                        .softmax(/*log=*/true)));
}

TEST(ThinnedNetwork, LeavesTheRestToTheGeneralPath) {
  EXPECT_FALSE(thins(Chain(20).dense(10)));  // nothing draws
  EXPECT_FALSE(thins(Chain(20).mask(dropout(0.2)).dense(10), Mode::kPredict));
  EXPECT_FALSE(thins(Chain(20).mask(dropout(0.2))));  // no dense layer
  EXPECT_FALSE(thins(Chain(20).mask(dropout(0.2)).softmax()));
  EXPECT_FALSE(thins(Chain(20).dense(10).mask(dropout(0.2))));  // a mask as the end
  EXPECT_FALSE(thins(Chain(20).mask(dropout(0.2)).dense(10).mask(dropout(0.2))));
  EXPECT_FALSE(thins(Chain(20).mask(dropout(0.2)).mask(dropout(0.2)).dense(10)));  // two in a row
  EXPECT_FALSE(thins(Chain(20).mask(dropout(0.2)).activation(Activation::kRelu).dense(10)));
  EXPECT_FALSE(thins(Chain(20).mask(dropout(0.2)).dense(10).softmax().dense(10)));
  EXPECT_FALSE(thins(Chain(20).mask(dropout(0.2)).dense(10).softmax().activation(Activation::kRelu)));
}

// Infinity times a dropped unit's 0 is not a number: the general path has it, a thinned network not.
TEST(ThinnedNetwork, NeedsFiniteWeights) {
  for (const float bad : {std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()})
    for (const std::size_t which : {0, 1, 2, 3}) {
      Chain chain(20);
      chain.mask(dropout(0.2)).dense(33).mask(dropout(0.2)).dense(10);
      const Plan<float> plan(chain.graph, predicting(4, Mode::kMonteCarlo));
      Parameter& weight = *plan.weights().all()[which]->parameter;
      EXPECT_TRUE(thin(plan));
      Tensor value = weight.value();
      value.data()[value.size() - 1] = bad;
      weight.assign(value);
      EXPECT_FALSE(thin(plan));
    }
}

TEST(ThinnedNetwork, TakesTheComplementWhereFewerAreDroppedThanKept) {
  for (const double rate : {0.1, 0.49, 0.5, 0.9}) {
    const Chain chain = std::move(Chain(20).mask(dropout(rate)).dense(10));
    const Plan<float> plan(chain.graph, predicting(4, Mode::kMonteCarlo));
    EXPECT_EQ(thin(plan)->complement, rate < 0.5);
  }
}

}  // namespace
}  // namespace regulus::plan::testing
