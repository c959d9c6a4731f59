// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "unit/kernels/golden_loss.h"

namespace regulus {
namespace {

using kernels::Loss;

TEST(RegressionLosses, MeanSquaredErrorIsThatOfKeras) {
  testing::check_golden_losses<float>("MeanSquaredError", Loss::kMeanSquaredError);
}

TEST(RegressionLosses, MeanAbsoluteErrorIsThatOfKeras) {
  testing::check_golden_losses<float>("MeanAbsoluteError", Loss::kMeanAbsoluteError);
}

TEST(RegressionLosses, GradientsAreTheDerivatives) {
  for (const Loss loss : {Loss::kMeanSquaredError, Loss::kMeanAbsoluteError})
    for (const std::int64_t units : {1, 5, 17})
      testing::check_gradient(testing::random_loss(loss, units, false, 0));
}

TEST(RegressionLosses, NoErrorNoGradient) {
  for (const Loss loss : {Loss::kMeanSquaredError, Loss::kMeanAbsoluteError}) {
    const testing::LossCase<float> c{loss, 1, 2, false, 0, {3, -4}, {}, {3, -4}, {0}, {1}};
    const auto result = run_loss(kernels::reference_table<float>(), c);
    EXPECT_EQ(result.row_loss[0], 0);
    EXPECT_EQ(result.gradient[0], 0);
    EXPECT_EQ(result.gradient[1], 0);
  }
}

}  // namespace
}  // namespace regulus
