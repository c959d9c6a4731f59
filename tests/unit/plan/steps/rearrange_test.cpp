// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/rearrange.h"

#include "unit/plan/gradient_check.h"

namespace regulus::plan::testing {
namespace {

using kernels::Activation;

constexpr LossSpec kSquared{
    .loss = kernels::Loss::kMeanSquaredError, .from_logits = false, .label_smoothing = 0};

// Feature 3 five times, 0 never, the others in another order, holes at both ends.
std::vector<std::int32_t> source(std::int32_t width) {
  std::vector<std::int32_t> from = {-1, 3, 3};
  for (std::int32_t i = width - 1; i > 0; --i) from.push_back(i);
  from.insert(from.end(), {3, 3, -1});
  return from;
}

TEST(RearrangeStep, HasRightGradientBehindEveryKindOfStep) {
  const Data data(6, 7, 5, 17);
  const auto width = static_cast<std::int64_t>(source(18).size());
  for (const bool fused : {false, true}) {
    Chain chain(7);
    chain.dense(18);
    if (fused) chain.activation(Activation::kTanh).mask(dropout(0.3));
    chain.graph.add<RearrangeStep>(RearrangeSpec{"rearrange", source(18)});
    chain.graph.add<DenseStep>(DenseSpec{"last", parameter("last", Shape{width, 5}, 9, 0.2), nullptr});
    expect_gradients(chain.graph, kSquared, data.batch(0, 6, false), fused ? "fused" : "bare");
  }
}

TEST(RearrangeStep, PutsEachFeatureWhereItBelongs) {
  Chain chain(2);
  chain.graph.add<RearrangeStep>(RearrangeSpec{"rearrange", {1, -1, 0, 1}});
  Network<float> net(chain.graph, predicting(2));
  const std::vector<float> x = {1, 2, 3, 4};
  const std::vector<std::uint32_t> index = {0, 1};
  net.pass.batch.features.floats = x.data();
  net.pass.batch.index = net.pass.batch.row_ids = index.data();
  net.pass.batch.rows = 2;
  net.run_alone();
  EXPECT_TRUE(same_bits(net.output(), std::vector<float>{2, 0, 1, 2, 4, 0, 3, 4}));
}

}  // namespace
}  // namespace regulus::plan::testing
