// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/reshaping/zero_padding.h"

#include <gtest/gtest.h>

#include "unit/nn/golden_layer.h"

namespace regulus {
namespace {

using testing::expect_error;

TEST(ZeroPadding2D, FollowsKeras) {
  testing::expect_layer_follows_keras("ZeroPadding2D", 0);
}
TEST(Cropping2D, FollowsKeras) {
  testing::expect_layer_follows_keras("Cropping2D", 0);
}

TEST(Border, HasThreeForms) {
  const auto shape = [](const Border& border) {
    return ZeroPadding2D({.padding = border}).output_shape({10, 20, 3});
  };
  EXPECT_EQ(shape(1), Shape({12, 22, 3}));
  EXPECT_EQ(shape({1, 2}), Shape({12, 24, 3}));
  EXPECT_EQ(shape({{1, 2}, {3, 4}}), Shape({13, 27, 3}));
  EXPECT_EQ(ZeroPadding2D({}).output_shape({1, 1, 1}), Shape({3, 3, 1}));
  EXPECT_EQ(Cropping2D({}).output_shape({1, 1, 1}), Shape({1, 1, 1}));
}

// Keras's layers take these, and a config may come from anywhere.
TEST(Border, IsReadInEveryForm) {
  const auto written = [](Value padding) {
    return ZeroPadding2D::from_config(Value::Dict{{"padding", std::move(padding)}}).config().at("padding");
  };
  const auto sides = [](int above, int below, int left, int right) {
    return Value(Value::List{Value::List{above, below}, Value::List{left, right}});
  };
  EXPECT_EQ(written(2), sides(2, 2, 2, 2));
  EXPECT_EQ(written(Value::List{1, 2}), sides(1, 1, 2, 2));
  EXPECT_EQ(written(Value::List{1, Value::List{2, 3}}), sides(1, 1, 2, 3));
  EXPECT_EQ(written(sides(1, 2, 3, 4)), sides(1, 2, 3, 4));
  expect_error<ConfigError>(
      [&] { written(nullptr); },
      "ZeroPadding2D: padding must be an integer or two of them for each axis, got null.");
  const std::string rule =
      "ZeroPadding2D: padding must be an integer, or two integers or pairs of them, got ";
  expect_error<ConfigError>([&] { written("same"); }, rule + "\"same\".");
  expect_error<ConfigError>([&] { written(Value::List{1, 2, 3}); }, rule + "a list.");
  expect_error<ConfigError>([&] { written(Value::List{1, 0.5}); }, rule + "0.5.");
  expect_error<ConfigError>([&] { written(Value::List{1, Value::List{2, "a"}}); }, rule + "\"a\".");
}

TEST(Border, SaysWhatIsWrong) {
  expect_error<ConfigError>(
      [] {
        ZeroPadding2D({.padding = {1, -1}, .name = "z"});
      },
      "ZeroPadding2D \"z\": padding must hold integers in [0, 2147483647], got -1.");
  expect_error<ConfigError>([] { Cropping2D({.cropping = std::int64_t{1} << 31}); },
                            "Cropping2D: cropping must hold integers in [0, 2147483647], got 2147483648.");
  expect_error<ShapeError>(
      [] {
        ZeroPadding2D({.name = "z"}).output_shape({4, 5});
      },
      "ZeroPadding2D \"z\": the input rows must have rank 3 (expected (None, height, width, channels), "
      "found (None, 4, 5)).");
  expect_error<ShapeError>(
      [] {
        Cropping2D({.cropping = 2, .name = "c"}).output_shape({8, 4, 3});
      },
      "Cropping2D \"c\": cropping leaves nothing of the image (found (None, 8, 4, 3)).");
  expect_error<ShapeError>(
      [] {
        ZeroPadding2D({.padding = 1 << 20}).output_shape({8, 4, 3});
      },
      "ZeroPadding2D: the rows must have 1 to 2147483647 features "
      "(found (None, 2097160, 2097156, 3)).");
  expect_error<ConfigError>(
      [] {
        Cropping2D::from_config(Value::Dict{{"name", "c"}, {"data_format", "channels_first"}});
      },
      "Cropping2D \"c\": data_format must be \"channels_last\" here, got \"channels_first\".");
  expect_error<ConfigError>(
      [] {
        ZeroPadding2D::from_config(Value::Dict{{"data_format", "channels_first"}});
      },
      "ZeroPadding2D: data_format must be \"channels_last\" here, got \"channels_first\".");
}

}  // namespace
}  // namespace regulus
