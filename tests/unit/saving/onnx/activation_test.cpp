// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "regulus/regulus.h"
#include "unit/saving/onnx/decoded.h"

// Formulas are for ONNX Runtime and Keras to compare (tests/oracle/onnx_test.py); here is what they look
// like.

namespace regulus {
namespace {

using testing::exported;

std::string ops_of(const char* activation) {
  return exported({ActivationLayer({.activation = activation})}, {5}).ops();
}

TEST(OnnxActivation, UsesTheOperatorsOfOpset17) {
  EXPECT_EQ(ops_of("relu"), "Relu");
  EXPECT_EQ(ops_of("relu6"), "Clip");
  EXPECT_EQ(ops_of("gelu"), "Mul Erf Mul Add Mul");
  EXPECT_EQ(ops_of("silu"), "Sigmoid Mul");
  EXPECT_EQ(ops_of("mish"), "Softplus Tanh Mul");
  EXPECT_EQ(ops_of("hard_silu"), "HardSwish");
  EXPECT_EQ(ops_of("log_softmax"), "LogSoftmax");
  EXPECT_EQ(ops_of("linear"), "Identity");  // a file computes something
}

// ONNX's own defaults are others: 0.01 and 0.2.
TEST(OnnxActivation, WritesKerasSlopes) {
  const auto leaky = exported({LeakyReLU({.negative_slope = 0.25})}, {5});
  EXPECT_EQ(leaky.node("LeakyRelu").attributes.at("alpha"), "0.25");
  const auto hard = exported({ActivationLayer({.activation = "hard_sigmoid"})}, {5}).node("HardSigmoid");
  EXPECT_EQ(std::stof(hard.attributes.at("alpha")), 1.0f / 6);
  EXPECT_EQ(hard.attributes.at("beta"), "0.5");
  EXPECT_EQ(exported({ELU({.alpha = 0.5})}, {5}).node("Elu").attributes.at("alpha"), "0.5");
}

TEST(OnnxActivation, ReluHasWhatItsArgumentsNeed) {
  const auto ops = [](ReLU::Options options) { return exported({ReLU(std::move(options))}, {5}).ops(); };
  EXPECT_EQ(ops({}), "Relu");
  EXPECT_EQ(ops({.negative_slope = 0.5}), "LeakyRelu");
  EXPECT_EQ(ops({.max_value = 6}), "Relu Min");
  EXPECT_EQ(ops({.threshold = 1}), "Greater Where");
  EXPECT_EQ(ops({.max_value = 6, .negative_slope = 0.5, .threshold = 1}), "Sub Mul Greater Where Min");
}

TEST(OnnxActivation, SoftmaxHasItsAxisBehindTheBatch) {
  EXPECT_EQ(exported({Softmax({.axis = 1})}, {4, 5}).node("Softmax").attributes.at("axis"), "1");
  EXPECT_EQ(exported({Softmax({.axis = -1})}, {4, 5}).node("Softmax").attributes.at("axis"), "2");
}

}  // namespace
}  // namespace regulus
