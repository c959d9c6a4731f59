// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/pool.h"

#include "unit/plan/gradient_check.h"

namespace regulus::plan::testing {
namespace {

using kernels::Activation;

// Images [4][5][3] under windows that overlap, hang over an edge and leave one pixel out; or under one.
PoolSpec pool(Pool kind) {
  PoolSpec spec{"pool", kind, {}};
  spec.windows.channels = 3;
  if (kind == Pool::kSharedMax) {
    spec.windows.width = {20, 1, 20, 20, 0};
    return spec;
  }
  spec.windows.height = {4, 2, 3, 2, 0};
  spec.windows.width = {5, 4, 2, 1, 0};
  return spec;
}

Chain& add_pool(Chain& chain, Pool kind) {
  const PoolSpec spec = pool(kind);
  return chain.step<PoolStep>(spec, spec.windows.out_size());
}

class EveryPool : public ::testing::TestWithParam<Pool> {
 protected:
  Data data{3, 7, 5, 31};
};

TEST_P(EveryPool, HasRightGradientBehindStepsThatGoBackBlockByBlock) {
  Chain chain(7);
  add_pool(chain.dense(60).activation(Activation::kSelu).mask(dropout(0.3)), GetParam()).dense(5);
  expect_gradients(chain.graph, kSquared, data.batch(0, 3, false), "behind an activation and a mask");
}

TEST_P(EveryPool, HasRightGradientBeforeSteps) {
  Chain chain(7);
  add_pool(chain.dense(60), GetParam()).activation(Activation::kTanh).mask(dropout(0.3)).dense(5);
  expect_gradients(chain.graph, kSquared, data.batch(0, 3, false), "before an activation and a mask");
}

TEST_P(EveryPool, PredictsWhatItTrainsOn) {
  Chain chain(7);
  add_pool(chain.dense(60), GetParam()).dense(5);
  Network<double> trained(chain.graph, keeping_gradients(3, kSquared));
  Network<double> predicted(chain.graph, predicting(3));
  for (Network<double>* net : {&trained, &predicted}) {
    net->pass.batch = data.batch(0, 3, false);
    net->run_alone();
  }
  EXPECT_TRUE(same_bits(predicted.output(), trained.output()));
}

INSTANTIATE_TEST_SUITE_P(Pools, EveryPool, ::testing::Values(Pool::kMax, Pool::kSharedMax, Pool::kAverage));

}  // namespace
}  // namespace regulus::plan::testing
