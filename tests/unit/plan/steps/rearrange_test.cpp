// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/rearrange.h"

#include "unit/plan/gradient_check.h"

namespace regulus::plan::testing {
namespace {

using kernels::Activation;

// Of 18 features in [6, 3] all but the first and last line, the axes changed round, each feature twice, holes
// around them: [5, 5, 2].
StridedView source() {
  return StridedView({{5, 1, 1, 4}, {5, 3, 0, 4}, {2, 0}}, 2);
}

TEST(RearrangeStep, HasRightGradientBehindEveryKindOfStep) {
  const Data data(6, 7, 5, 17);
  const std::int64_t width = source().size();
  ASSERT_EQ(source().reach(), 15);
  for (const bool fused : {false, true}) {
    Chain chain(7);
    chain.dense(18);
    if (fused) chain.activation(Activation::kTanh).mask(dropout(0.3));
    chain.graph.add<RearrangeStep>(RearrangeSpec{"rearrange", source()});
    chain.graph.add<DenseStep>(DenseSpec{"last", parameter("last", Shape{width, 5}, 9, 0.2), nullptr});
    expect_gradients(chain.graph, kSquared, data.batch(0, 6, false), fused ? "fused" : "bare");
  }
}

TEST(RearrangeStep, PutsEachFeatureWhereItBelongs) {
  Chain chain(2);
  // A hole, both features, and another hole, twice over.
  chain.graph.add<RearrangeStep>(RearrangeSpec{"rearrange", StridedView({{2, 0}, {4, 1, 1, 3}}, -1)});
  Network<float> net(chain.graph, predicting(2));
  const std::vector<float> x = {1, 2, 3, 4};
  const std::vector<std::uint32_t> index = {0, 1};
  net.pass.batch.features.floats = x.data();
  net.pass.batch.index = net.pass.batch.row_ids = index.data();
  net.pass.batch.rows = 2;
  net.run_alone();
  EXPECT_TRUE(same_bits(net.output(), std::vector<float>{0, 1, 2, 0, 0, 1, 2, 0, 0, 3, 4, 0, 0, 3, 4, 0}));
}

}  // namespace
}  // namespace regulus::plan::testing
