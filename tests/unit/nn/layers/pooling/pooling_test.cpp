// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/pooling/pooling.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "unit/nn/golden_pooling.h"

namespace regulus {
namespace {

using testing::expect_error;

template <class T>
void expect_pooling_follows_keras() {
  // Sums of up to 12 floats in another order; what is chosen is exact.
  constexpr double kTolerance = 1e-6;
  int found = 0;
  for (const auto& json : testing::golden("pooling.json").at("cases"))
    if (json.at("class_name").get<std::string>().rfind("Global", 0) != 0) {
      testing::expect_follows_keras<T>(json, kTolerance);
      ++found;
    }
  EXPECT_EQ(found, 22);
}

TEST(Pooling, FollowsKerasInFloat) {
  expect_pooling_follows_keras<float>();
}
TEST(Pooling, FollowsKerasInDouble) {
  expect_pooling_follows_keras<double>();
}

TEST(Pooling, HasKerasDefaults) {
  const Value config = MaxPooling2D().config();
  EXPECT_EQ(config.at("pool_size"), Value(Value::List{2, 2}));
  EXPECT_EQ(config.at("strides"), Value(Value::List{2, 2}));
  EXPECT_EQ(config.at("padding"), Value("valid"));
  EXPECT_EQ(config.at("data_format"), Value("channels_last"));
  EXPECT_EQ(AveragePooling1D().config().at("pool_size"), Value(Value::List{2}));
  EXPECT_EQ(MaxPooling2D({.pool_size = {3, 2}}).config().at("strides"), Value(Value::List{3, 2}));
}

TEST(Pooling, ReadsOneNumberForAllAxes) {
  const auto layer = AvgPool2D::from_config(Value::Dict{{"pool_size", 3}, {"strides", nullptr}});
  EXPECT_EQ(layer.config().at("pool_size"), Value(Value::List{3, 3}));
  EXPECT_EQ(layer.config().at("strides"), Value(Value::List{3, 3}));
}

TEST(Pooling, ANanInAWindowIsItsMaximum) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const Tensor x({1, 4, 1}, {1, nan, 3, 4});
  const Tensor y = testing::run<float>(x, {MaxPool1D()}, plan::Mode::kPredict).output;
  EXPECT_TRUE(std::isnan(y.data()[0]));
  EXPECT_EQ(y.data()[1], 4.0f);
}

TEST(Pooling, SaysWhichArgumentIsWrong) {
  expect_error<ConfigError>([] { MaxPooling2D({.pool_size = 0, .name = "p"}); },
                            "MaxPooling2D \"p\": pool_size must be 2 integers in [1, 2147483647], got 0.");
  expect_error<ConfigError>(
      [] {
        MaxPool1D({.strides = {1, 2}});
      },
      "MaxPooling1D: strides must be one integer in [1, 2147483647], got (1, 2).");
  expect_error<ConfigError>([] { AveragePooling2D({.padding = "full"}); },
                            "AveragePooling2D: padding must be \"valid\" or \"same\", got \"full\".");
  expect_error<ConfigError>(
      [] {
        MaxPooling2D::from_config(Value::Dict{{"name", "p"}, {"data_format", "channels_first"}});
      },
      "MaxPooling2D \"p\": data_format must be \"channels_last\" here, got \"channels_first\".");
  expect_error<ConfigError>(
      [] {
        AveragePooling1D::from_config(Value::Dict{{"pool_size", Value::List{2.5}}});
      },
      "AveragePooling1D: pool_size must be an integer or a list of integers, got 2.5.");
}

TEST(Pooling, SaysWhyRowsDoNotFit) {
  expect_error<ShapeError>(
      [] {
        MaxPooling2D().output_shape({4, 4});
      },
      "MaxPooling2D: the input rows must be images with channels last (expected (None, "
      "height, width, channels), found (None, 4, 4)). Add the axis by a Reshape layer "
      "before it.");
  expect_error<ShapeError>(
      [] {
        AveragePooling1D().output_shape({4, 0});
      },
      "AveragePooling1D: the input rows must be steps of channels (expected (None, steps, "
      "channels), found (None, 4, 0)).");
  expect_error<ShapeError>(
      [] {
        MaxPooling2D({.pool_size = {2, 5}}).output_shape({4, 4, 1});
      },
      "MaxPooling2D: the window of (2, 5) does not fit into the input (found (None, 4, 4, 1)). Make it "
      "smaller, or say padding = \"same\".");
  expect_error<ShapeError>(
      [] {
        MaxPooling1D().output_shape({(1 << 24) + 1, 1});
      },
      "MaxPooling1D: the input rows must have at most 2^24 pixels (found (None, 16777217, 1)).");
}

}  // namespace
}  // namespace regulus
