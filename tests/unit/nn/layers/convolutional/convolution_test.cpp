// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/convolutional/convolution.h"

#include <gtest/gtest.h>

#include "regulus/nn/registry.h"
#include "support/golden.h"
#include "unit/nn/conformance.h"
#include "unit/nn/plan_run.h"

namespace regulus {
namespace {

using plan::Mode;
using testing::expect_close;
using testing::expect_error;
using testing::golden;
using testing::tensor;
using testing::tensors;

LayerPtr convolution_of(const nlohmann::json& json) {
  LayerPtr layer =
      layer_from_config(json.at("class_name").get<std::string>(), testing::value(json.at("config")));
  layer->build({tensor(json.at("x")).shape().without_front(), random::Key(1), 0});
  layer->set_weights(tensors(json.at("weights")));
  return layer;
}

template <class T>
void expect_convolution_follows_keras(const char* file) {
  for (const auto& json : golden(file).at("cases")) {
    const auto name = json.at("name").get<std::string>();
    const LayerPtr layer = convolution_of(json);
    const Tensor x = tensor(json.at("x"));
    const Tensor y = tensor(json.at("y"));
    const double relative = 3e-6, absolute = 3e-6;  // float32 sums of up to 50 products, in another order
    expect_close(testing::run<T>(x, {layer}, Mode::kPredict).output, y, relative, absolute, name + " y");
    const testing::Gradients g = testing::gradients<T>(x, layer, tensor(json.at("dy")));
    expect_close(g.dx, tensor(json.at("dx")), relative, absolute, name + " dx");
    ASSERT_EQ(g.dweights.size(), json.at("dweights").size()) << name;
    const double sums = 2e-5;  // of up to 50 pixels, each a product of some units
    for (std::size_t i = 0; i < g.dweights.size(); ++i)
      expect_close(g.dweights[i], tensor(json.at("dweights")[i]), relative, sums,
                   name + " dweights " + std::to_string(i));
  }
}

TEST(Convolution, FollowsKerasInFloat) {
  expect_convolution_follows_keras<float>("convolution.json");
}
TEST(Convolution, FollowsKerasInDouble) {
  expect_convolution_follows_keras<double>("convolution.json");
}
TEST(Convolution, FollowsKerasInGroups) {
  expect_convolution_follows_keras<float>("grouped_convolution.json");
  expect_convolution_follows_keras<double>("grouped_convolution.json");
}

// Of more than a panel, and of one channel each, which is another way through.
TEST(Convolution, InGroupsConforms) {
  const ConvOptions options{.kernel_size = 2,
                            .padding = "same",
                            .activation = "elu",
                            .kernel_regularizer = l2(0.25),
                            .kernel_constraint = max_norm(2, {.axis = {0, 1, 2}}),
                            .bias_constraint = max_norm(2),
                            .name = "a"};
  const auto DefaultConv2D = partial<Conv2D>(options);
  const auto expect_conforms = [](const Conv2D& layer, std::int64_t params) {
    testing::expect_conforms({layer, {2, 3, 4}, {2, 3, layer.filters()}, 2, params, false});
  };
  expect_conforms(DefaultConv2D({.filters = 34, .groups = 2}), 34 * (2 * 2 * 2 + 1));
  expect_conforms(DefaultConv2D({.filters = 8, .groups = 4}), 8 * (2 * 2 * 1 + 1));
}

TEST(Convolution, HasKerasDefaults) {
  const Value config = Conv2D({.filters = 3, .kernel_size = 2}).config();
  EXPECT_EQ(config.at("kernel_size"), Value(Value::List{2, 2}));
  EXPECT_EQ(config.at("strides"), Value(Value::List{1, 1}));
  EXPECT_EQ(config.at("padding"), Value("valid"));
  EXPECT_EQ(config.at("dilation_rate"), Value(Value::List{1, 1}));
  EXPECT_EQ(config.at("groups"), Value(1));
  EXPECT_EQ(config.at("activation"), Value("linear"));
  EXPECT_EQ(config.at("use_bias"), Value(true));
  EXPECT_EQ(config.at("kernel_initializer").at("class_name"), Value("GlorotUniform"));
}

TEST(Convolution, OptionsAreWrappedOnce) {
  const auto DefaultConv2D = partial<Conv2D>({.kernel_size = 3, .padding = "same", .activation = "relu"});
  const Conv2D wide = DefaultConv2D({.filters = 64, .kernel_size = 7});
  EXPECT_EQ(wide.config().at("kernel_size"), Value(Value::List{7, 7}));
  EXPECT_EQ(wide.config().at("padding"), Value("same"));
  EXPECT_EQ(wide.output_shape({28, 28, 1}), Shape({28, 28, 64}));
}

TEST(Convolution, StartsAsItsInitializerSays) {
  LayerPtr layer = Conv2D({.filters = 64, .kernel_size = 3, .kernel_initializer = "he_normal"});
  layer->build({Shape{8, 8, 16}, random::Key(1), 0});
  double square = 0;
  const Tensor kernel = layer->get_weights()[0];
  for (const float w : kernel.values()) square += static_cast<double>(w) * static_cast<double>(w);
  // 9,216 draws of variance 2 / (9 * 16): the mean square is off by 1.5 % of it at four standard errors.
  const double variance = 2.0 / (9 * 16);
  EXPECT_NEAR(square / static_cast<double>(kernel.size()), variance, 0.06 * variance);
}

TEST(Convolution, SaysWhatIsWrong) {
  expect_error<ConfigError>([] { Conv2D({.kernel_size = 3}); },
                            "Conv2D: filters is missing. Say how many outputs, e.g. .filters = 32.");
  expect_error<ConfigError>([] { Conv2D({.filters = 0, .kernel_size = 3}); },
                            "Conv2D: filters must be in [1, 2147483647], got 0.");
  expect_error<ConfigError>(
      [] { Conv2D({.filters = 3}); },
      "Conv2D: kernel_size is missing. Say how large the windows are, e.g. .kernel_size = 3.");
  expect_error<ConfigError>(
      [] {
        Conv2D({.filters = 3, .kernel_size = {3, 0}, .name = "c"});
      },
      "Conv2D \"c\": kernel_size must be 2 integers in [1, 2147483647], got (3, 0).");
  expect_error<ConfigError>(
      [] {
        Conv1D({.filters = 3, .kernel_size = {3, 3}});
      },
      "Conv1D: kernel_size must be one integer in [1, 2147483647], got (3, 3).");
  expect_error<ConfigError>([] { Conv2D({.filters = 3, .kernel_size = 3, .padding = "causal"}); },
                            "Conv2D: padding must be \"valid\" or \"same\", got \"causal\".");
  expect_error<ConfigError>(
      [] { Conv2D({.filters = 3, .kernel_size = 3, .strides = 2, .dilation_rate = 2}); },
      "Conv2D: strides above 1 and a dilation_rate above 1 exclude each other.");
  expect_error<ConfigError>([] { Conv2D({.filters = 3, .kernel_size = 3, .groups = 0}); },
                            "Conv2D: groups must be in [1, 2147483647], got 0.");
  expect_error<ConfigError>([] { Conv1D({.filters = 3, .kernel_size = 3, .groups = 2, .name = "c"}); },
                            "Conv1D \"c\": groups must divide filters 3, got 2.");
  expect_error<ShapeError>(
      [] {
        Conv2D({.filters = 6, .kernel_size = 3, .groups = 3, .name = "c"}).output_shape({28, 28, 4});
      },
      "Conv2D \"c\": groups 3 must divide the input's channels (found (None, 28, 28, 4)).");
  const Conv2D layer({.filters = 3, .kernel_size = 3, .name = "c"});
  expect_error<ShapeError>(
      [&] {
        layer.output_shape({28, 28});
      },
      "Conv2D \"c\": the input rows must be images with channels last (expected (None, "
      "height, width, channels), found (None, 28, 28)). Add the axis by a Reshape layer "
      "before it.");
  expect_error<ShapeError>(
      [&] {
        layer.output_shape({2, 8, 1});
      },
      "Conv2D \"c\": the window of (3, 3) does not fit into the input (found (None, 2, "
      "8, 1)). Make it smaller, or say padding = \"same\".");
}

// Keras's default axis is one of Dense kernels.
TEST(Convolution, NotesANormThatIsNoFilters) {
  const auto notes = [](LayerPtr layer, const Shape& input) {
    EXPECT_EQ(layer->notes(), std::vector<std::string>{});  // not yet built
    layer->build({input, random::Key(1), 0});
    return layer->notes();
  };
  const std::vector<std::string> none;
  EXPECT_EQ(
      notes(Conv2D({.filters = 4, .kernel_size = {3, 2}, .kernel_constraint = max_norm(), .name = "c"}),
            {8, 8, 5}),
      std::vector<std::string>{"Conv2D \"c\": kernel_constraint: axis 0, the default, means 10 norms a "
                               "filter, each of 3 numbers. For one norm a filter say .axis = {0, 1, 2}."});
  EXPECT_EQ(
      notes(Conv1D({.filters = 4, .kernel_size = 1, .kernel_constraint = unit_norm(), .name = "c"}), {8, 5}),
      std::vector<std::string>{"Conv1D \"c\": kernel_constraint: axis 0, the default, means 5 norms a "
                               "filter, each of 1 number. For one norm a filter say .axis = {0, 1}."});
  EXPECT_EQ(
      notes(Conv2D({.filters = 4, .kernel_size = 3, .kernel_constraint = max_norm(2, {.axis = {0, 1, 2}})}),
            {8, 8, 5}),
      none);
  EXPECT_EQ(notes(Conv2D({.filters = 4, .kernel_size = 3, .kernel_constraint = non_neg()}), {8, 8, 5}), none);
  EXPECT_EQ(notes(Conv2D({.filters = 4, .kernel_size = 3, .bias_constraint = max_norm()}), {8, 8, 5}), none);
  // The same norm after all: there is nothing to add along the other axes.
  EXPECT_EQ(notes(Conv1D({.filters = 4, .kernel_size = 3, .kernel_constraint = max_norm()}), {8, 1}), none);
}

}  // namespace
}  // namespace regulus
