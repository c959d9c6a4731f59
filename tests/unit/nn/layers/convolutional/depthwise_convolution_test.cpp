// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/convolutional/depthwise_convolution.h"

#include <gtest/gtest.h>

#include "support/expect.h"

// Numbers: convolution_test.cpp, whose goldens hold these layers too.

namespace regulus {
namespace {

using testing::expect_error;

TEST(DepthwiseConv2D, HasKerasDefaults) {
  const DepthwiseConv2D layer({.kernel_size = 3});
  const Value config = layer.config();
  EXPECT_EQ(config.at("depth_multiplier"), Value(1));
  EXPECT_EQ(config.at("strides"), Value(Value::List{1, 1}));
  EXPECT_EQ(config.at("depthwise_initializer").at("class_name"), Value("GlorotUniform"));
  EXPECT_EQ(layer.output_shape({8, 8, 5}), Shape({6, 6, 5}));
}

TEST(DepthwiseConv2D, SaysWhatIsWrong) {
  expect_error<ConfigError>(
      [] { DepthwiseConv2D({.name = "d"}); },
      "DepthwiseConv2D \"d\": kernel_size is missing. Say how large the windows are, e.g. "
      ".kernel_size = 3.");
  expect_error<ConfigError>([] { DepthwiseConv2D({.kernel_size = 3, .depth_multiplier = 0}); },
                            "DepthwiseConv2D: depth_multiplier must be in [1, 2147483647], got 0.");
}

TEST(SeparableConv2D, HasThreeWeights) {
  LayerPtr layer = SeparableConv2D({.filters = 7, .kernel_size = 3, .depth_multiplier = 2});
  layer->build({Shape{8, 8, 5}, random::Key(1), 0});
  EXPECT_EQ(layer->weights()[0]->shape(), Shape({3, 3, 5, 2}));
  EXPECT_EQ(layer->weights()[1]->shape(), Shape({1, 1, 10, 7}));
  EXPECT_EQ(layer->weights()[2]->shape(), Shape({7}));
}

TEST(DepthwiseConv2D, NotesANormThatIsNoFilters) {
  LayerPtr depthwise =
      DepthwiseConv2D({.kernel_size = {3, 2}, .depthwise_constraint = max_norm(), .name = "d"});
  depthwise->build({Shape{8, 8, 5}, random::Key(1), 0});
  EXPECT_EQ(depthwise->notes(),
            std::vector<std::string>{
                "DepthwiseConv2D \"d\": depthwise_constraint: axis 0, the default, means 2 "
                "norms a filter, each of 3 numbers. For one norm a filter say .axis = {0, 1}."});
  LayerPtr separable = SeparableConv2D({.filters = 7,
                                        .kernel_size = 3,
                                        .depthwise_constraint = unit_norm({.axis = {0, 1}}),
                                        .pointwise_constraint = unit_norm(),
                                        .name = "s"});
  separable->build({Shape{8, 8, 5}, random::Key(1), 0});
  EXPECT_EQ(separable->notes(),
            std::vector<std::string>{
                "SeparableConv2D \"s\": pointwise_constraint: axis 0, the default, means 5 norms a "
                "filter, each of 1 number. For one norm a filter say .axis = {0, 1, 2}."});
}

TEST(SeparableConv2D, SaysWhatIsWrong) {
  expect_error<ConfigError>([] { SeparableConv2D({.kernel_size = 3}); },
                            "SeparableConv2D: filters must be in [1, 2147483647], got 0.");
  expect_error<ConfigError>(
      [] { SeparableConv2D({.filters = 3, .kernel_size = 3, .strides = 2, .dilation_rate = 2}); },
      "SeparableConv2D: strides above 1 and a dilation_rate above 1 exclude each other.");
}

}  // namespace
}  // namespace regulus
