// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/activations.h"

#include <gtest/gtest.h>

#include "regulus/nn/layers/activation/activation_layer.h"
#include "regulus/nn/layers/activation/relu.h"
#include "regulus/nn/layers/regularization/dropout.h"
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
  Activation().lower(graph, "layer", Shape{3});
  EXPECT_TRUE(Activation().is_linear());
  EXPECT_TRUE(graph.ops().empty());
  Activation("elu").lower(graph, "layer", Shape{3});
  EXPECT_EQ(graph.ops().size(), 1u);
}

TEST(Activations, WorkAlongTheLastAxisOfAnyRow) {
  // Two vectors of a row are as two rows.
  for (const char* name : {"softmax", "log_softmax", "sparsemax", "glu"}) {
    const Tensor two({2, 4}, {1, 2, 0, -1, 0.5, 0.25, 0.5, 3});
    Tensor one({1, 2, 4});
    std::copy_n(two.data(), 8, one.data());
    const LayerPtr layer = ActivationLayer({.activation = name});
    const Tensor apart = testing::run<float>(two, {layer}, plan::Mode::kPredict).output;
    const Tensor together = testing::run<float>(one, {layer}, plan::Mode::kPredict).output;
    ASSERT_EQ(together.size(), apart.size()) << name;
    EXPECT_EQ(std::vector<float>(together.data(), together.data() + together.size()),
              std::vector<float>(apart.data(), apart.data() + apart.size()))
        << name;
    EXPECT_EQ(layer->output_shape({2, 4}), (name == std::string("glu") ? Shape{2, 2} : Shape{2, 4}));
  }
}

TEST(Activations, GluNeedsHalves) {
  expect_error<ShapeError>([] { Activation("glu").output_shape({5}, "Dense \"d\""); },
                           "Dense \"d\": glu needs a last axis of even length: it halves it "
                           "(found (None, 5)).");
}

TEST(Activations, ThresholdHasNoDefaultsAndSaysWhatToUse) {
  expect_error<ConfigError>(
      [] { Activation("threshold"); },
      "Activation: \"threshold\" needs two numbers that a name does not give. Use a ReLU "
      "layer with a threshold.");
}

TEST(Activations, ALayerCanBeOne) {
  const Activation leaky(LeakyReLU({.negative_slope = 0.5}));
  EXPECT_EQ(leaky.name(), "LeakyReLU");
  const Value stored = leaky.stored();
  EXPECT_EQ(stored.at("class_name"), Value("LeakyReLU"));
  EXPECT_EQ(stored.at("config").at("name"), Value("leaky_re_lu"));
  EXPECT_EQ(stored.at("config").at("negative_slope"), Value(0.5));
  const Tensor x({1, 3}, {-2, 0, 3});
  EXPECT_EQ(testing::run<float>(x, {ActivationLayer({.activation = leaky})}, plan::Mode::kPredict).output,
            Tensor({1, 3}, {-1, 0, 3}));
  expect_error<ConfigError>(
      [] { Activation(Dropout({.rate = 0.5})); },
      "Activation: a layer of class Dropout cannot be an activation here (expected ReLU, "
      "LeakyReLU, ELU, Softmax or Activation). Put the layer behind instead.");
}

// What Keras 3 writes for keras.layers.Dense(activation=keras.layers.LeakyReLU(0.5)), and Keras 2.
TEST(Activations, AreReadFromObjects) {
  const auto read = [](Value activation) {
    return ActivationLayer::from_config(Value::Dict{{"name", "a"}, {"activation", std::move(activation)}});
  };
  const Tensor x({1, 3}, {-2, 0, 3});
  const Tensor halved({1, 3}, {-1, 0, 3});
  for (const char* slope : {"negative_slope", "alpha"}) {
    const ActivationLayer layer = read(Value::Dict{
        {"module", "keras.layers"},
        {"class_name", "LeakyReLU"},
        {"config", Value::Dict{{"name", "leaky"}, {"trainable", true}, {"dtype", "float32"}, {slope, 0.5}}},
        {"registered_name", nullptr}});
    EXPECT_EQ(testing::run<float>(x, {LayerPtr(layer)}, plan::Mode::kPredict).output, halved) << slope;
    EXPECT_EQ(ActivationLayer::from_config(layer.config()).config(), layer.config());
  }
  const ActivationLayer function =
      read(Value::Dict{{"module", "builtins"}, {"class_name", "function"}, {"config", "relu"}});
  EXPECT_EQ(function.config().at("activation"), Value("relu"));
  expect_error<ConfigError>(
      [&] { read(3); },
      "Activation \"a\": activation must be a name or an object with class_name and config, "
      "got 3.");
}

TEST(Activations, UnknownNameSaysTheNearest) {
  expect_error<ConfigError>([] { Activation("sleu"); },
                            "Activation: \"sleu\" is not known. Did you mean \"selu\"?");
  expect_error<ConfigError>([] { Activation("RELU"); },
                            "Activation: \"RELU\" is not known. Did you mean \"relu\"?");
  expect_error<ConfigError>(
      [] { Activation("quadratic"); },
      "Activation: \"quadratic\" is not known. Known: linear, relu, relu6, leaky_relu, "
      "elu, celu, selu, gelu, "
      "silu, sigmoid, hard_sigmoid, hard_silu, tanh, softplus, softsign, exponential, "
      "mish, hard_tanh, hard_shrink, soft_shrink, tanh_shrink, squareplus, log_sigmoid, sparse_plus, "
      "sparse_sigmoid, softmax...");
}

}  // namespace
}  // namespace regulus
