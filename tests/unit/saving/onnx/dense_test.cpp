// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "regulus/regulus.h"
#include "unit/saving/onnx/cases.h"
#include "unit/saving/onnx/decoded.h"

namespace regulus {
namespace {

TEST(OnnxDense, IsAGemmWithTheKernelAsItIs) {
  const testing::OnnxCase wanted{"m", {Dense({.units = 2, .name = "d"})}, {3}};
  const Sequential model = testing::built(wanted);
  const auto file = testing::decoded(to_onnx(model));
  EXPECT_EQ(file.ops(), "Gemm");
  EXPECT_EQ(file.nodes[0].inputs, (std::vector<std::string>{"d_input", "d/kernel", "d/bias"}));
  EXPECT_TRUE(file.nodes[0].attributes.empty());
  const auto kernel = file.constants.at("d/kernel");
  EXPECT_EQ(kernel.dims, (std::vector<std::int64_t>{3, 2}));
  EXPECT_EQ(Tensor({3, 2}, kernel.floats()), model.get_weights()[0]);
}

TEST(OnnxDense, HasNoBiasWhereThereIsNone) {
  const auto file = testing::exported({Dense({.units = 2, .use_bias = false, .name = "d"})}, {3});
  EXPECT_EQ(file.nodes[0].inputs, (std::vector<std::string>{"d_input", "d/kernel"}));
}

TEST(OnnxDense, DropConnectThinsTheKernelWhileTraining) {
  const DropConnect layer({.units = 2, .rate = 0.25, .name = "d"});
  EXPECT_EQ(testing::exported({layer}, {3}).ops(), "Gemm");
  const auto file = testing::exported({layer}, {3}, {.monte_carlo = true});
  EXPECT_EQ(file.ops(), "RandomUniformLike GreaterOrEqual Mul Where Where Gemm");
  EXPECT_EQ(file.node("RandomUniformLike").inputs, std::vector<std::string>{"d/kernel"});
  EXPECT_EQ(file.nodes[4].inputs, (std::vector<std::string>{"training", "d/Where", "d/kernel"}));
  EXPECT_EQ(file.constants.at("d/scale").floats(), std::vector<float>{1 / 0.75f});
}

}  // namespace
}  // namespace regulus
