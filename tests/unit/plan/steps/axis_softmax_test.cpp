// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/axis_softmax.h"

#include "unit/plan/gradient_check.h"

namespace regulus::plan::testing {
namespace {

using kernels::Activation;

TEST(AxisSoftmaxStep, HasRightGradientsAlongEveryAxis) {
  const Data data(4, 7, 5, 23);
  // Rows of 36 features: [12, 3], [3, 12], [2, 6, 3], and [36] as vectors of one.
  for (const AxisSoftmaxSpec& spec :
       {AxisSoftmaxSpec{"log", 6, 3, AxisFunction::kLogSoftmax},
        AxisSoftmaxSpec{"sparse", 6, 3, AxisFunction::kSparsemax},
        AxisSoftmaxSpec{"whole sparse", 36, 1, AxisFunction::kSparsemax}, AxisSoftmaxSpec{"last", 3, 1},
        AxisSoftmaxSpec{"first", 3, 12}, AxisSoftmaxSpec{"middle", 6, 3}, AxisSoftmaxSpec{"ones", 1, 1}})
    for (const bool fused : {false, true}) {
      Chain chain(7);
      chain.dense(36);
      if (fused) chain.activation(Activation::kTanh).mask(dropout(0.3));
      chain.graph.add<AxisSoftmaxStep>(spec);
      chain.dense(5);
      expect_gradients(chain.graph, kSquared, data.batch(0, 4, false), spec.name + (fused ? " fused" : ""));
    }
}

}  // namespace
}  // namespace regulus::plan::testing
