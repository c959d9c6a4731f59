// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/activations.h"

#include <gtest/gtest.h>

#include "regulus/nn/layers/activation_layer.h"
#include "support/golden.h"
#include "unit/nn/plan_run.h"

namespace regulus {
namespace {

using testing::expect_close;
using testing::expect_error;
using testing::golden;
using testing::tensor;

// Keras's celu is max(x, 0) + min(0, e^x - 1), and TensorFlow counts the slopes of both at 0: twice the
// derivative, which is 1 from either side and so here.
Tensor without_double_slope(const std::string& name, const Tensor& x, const Tensor& dy, Tensor dx) {
  if (name != "celu") return dx;
  for (std::int64_t i = 0; i < dx.size(); ++i)
    if (x.data()[i] == 0) dx.data()[i] = dy.data()[i];
  return dx;
}

template <class T>
void expect_follows_keras() {
  for (const auto& json : golden("activations.json").at("cases")) {
    const auto name = json.at("name").get<std::string>();
    const LayerPtr layer = ActivationLayer({.activation = name});
    const Tensor x = tensor(json.at("x"));
    const Tensor dy = tensor(json.at("dy"));
    // Keras's own float32 polynomials are good to a few ulp (1.2e-7 each); differences of nearly equal
    // numbers (softmax's gradient, expm1 near 0) leave an absolute rest.
    const double relative = 2e-6, absolute = 3e-7;
    expect_close(testing::run<T>(x, {layer}, plan::Mode::kPredict).output, tensor(json.at("y")), relative,
                 absolute, name + " forward");
    expect_close(testing::backward<T>(x, layer, dy), without_double_slope(name, x, dy, tensor(json.at("dx"))),
                 relative, absolute, name + " backward");
  }
}

TEST(Activations, FollowKerasInFloat) {
  expect_follows_keras<float>();
}
TEST(Activations, FollowKerasInDouble) {
  expect_follows_keras<double>();
}

TEST(Activations, EveryGoldenNameIsKnownAndKept) {
  for (const auto& json : golden("activations.json").at("cases")) {
    const auto name = json.at("name").get<std::string>();
    EXPECT_EQ(Activation(name).name(), name);
  }
}

TEST(Activations, AliasBecomesTheNameItStandsFor) {
  EXPECT_EQ(Activation("swish").name(), "silu");
  EXPECT_EQ(Activation("hard_swish").name(), "hard_silu");
}

TEST(Activations, DefaultIsLinearAndAddsNoStep) {
  plan::Graph graph(Shape{3});
  Activation().lower(graph, "layer");
  EXPECT_TRUE(Activation().is_linear());
  EXPECT_TRUE(graph.ops().empty());
  Activation("elu").lower(graph, "layer");
  EXPECT_EQ(graph.ops().size(), 1u);
}

TEST(Activations, OnlySoftmaxAndItsLogarithmCoupleFeatures) {
  EXPECT_TRUE(Activation("softmax").works_on_rows());
  EXPECT_TRUE(Activation("log_softmax").works_on_rows());
  EXPECT_FALSE(Activation("sigmoid").works_on_rows());
}

TEST(Activations, UnknownNameSaysTheNearest) {
  expect_error<ConfigError>([] { Activation("sleu"); },
                            "Activation: \"sleu\" is not known. Did you mean \"selu\"?");
  expect_error<ConfigError>([] { Activation("RELU"); },
                            "Activation: \"RELU\" is not known. Did you mean \"relu\"?");
  expect_error<ConfigError>([] { Activation("quadratic"); },
                            "Activation: \"quadratic\" is not known. Known: linear, relu, relu6, leaky_relu, "
                            "elu, celu, selu, gelu, "
                            "silu, sigmoid, hard_sigmoid, hard_silu, tanh, softplus, softsign, exponential, "
                            "mish, softmax, log_softmax, "
                            "swish, hard_swish.");
}

}  // namespace
}  // namespace regulus
