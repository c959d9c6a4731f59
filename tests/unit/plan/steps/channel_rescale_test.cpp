// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/channel_rescale.h"

#include <gtest/gtest.h>

#include "regulus/nn/layers/preprocessing/rescaling.h"
#include "unit/nn/plan_run.h"

namespace regulus {
namespace {

// By the definition, with numbers that are exact: y = scale x + offset, dy/dx = scale.
template <class T>
void expect_definition() {
  const Tensor x(Shape{1, 2, 2}, {1, 2, 3, 4});
  const LayerPtr layer = Rescaling({.scale = {2, 0.5}, .offset = 1});
  EXPECT_EQ(testing::backward<T>(x, layer, Tensor(Shape{1, 2, 2}, {1, 1, 1, 1})),
            Tensor(Shape{1, 2, 2}, {2, 0.5, 2, 0.5}));
}

TEST(ChannelRescaleStep, ChannelsTakeTurns) {
  expect_definition<float>();
  expect_definition<double>();
}

}  // namespace
}  // namespace regulus
