// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/reshaping/flatten.h"

#include <gtest/gtest.h>

#include "support/expect.h"
#include "unit/nn/plan_run.h"

namespace regulus {
namespace {

TEST(Flatten, MakesOneAxisOfARow) {
  EXPECT_EQ(Flatten().output_shape({28, 28}), Shape({784}));
  EXPECT_EQ(Flatten().output_shape({2, 3, 4}), Shape({24}));
  EXPECT_EQ(Flatten().output_shape({5}), Shape({5}));
  EXPECT_EQ(Flatten().output_shape(Shape{}), Shape({1}));  // as in Keras: one scalar a row
}

TEST(Flatten, KeepsRowMajorOrderAndAddsNoStep) {
  const Tensor x({2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8});
  EXPECT_EQ(testing::run<float>(x, {Flatten()}, plan::Mode::kPredict).output, x.reshape({2, 4}));
  plan::Graph graph(Shape{2, 2});
  Flatten().lower(graph, Shape{2, 2}, 0);
  EXPECT_TRUE(graph.ops().empty());
}

TEST(Flatten, KnowsOnlyChannelsLast) {
  testing::expect_error<ConfigError>(
      [] {
        Flatten::from_config(Value::Dict{{"name", "f"}, {"data_format", "channels_first"}});
      },
      "Flatten \"f\": data_format must be \"channels_last\" here, got \"channels_first\".");
}

}  // namespace
}  // namespace regulus
