// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/global_pooling.h"

#include <gtest/gtest.h>

#include "unit/nn/golden_pooling.h"

namespace regulus {
namespace {

using testing::expect_error;

template <class T>
void expect_all_follow_keras() {
  // Sums of up to 12 floats in another order; what is chosen is exact.
  constexpr double kTolerance = 1e-6;
  int found = 0;
  for (const auto& json : testing::golden("pooling.json").at("cases"))
    if (json.at("class_name").get<std::string>().rfind("Global", 0) == 0) {
      testing::expect_follows_keras<T>(json, kTolerance);
      ++found;
    }
  EXPECT_EQ(found, 17);
}

TEST(GlobalPooling, FollowsKerasInFloat) {
  expect_all_follow_keras<float>();
}
TEST(GlobalPooling, FollowsKerasInDouble) {
  expect_all_follow_keras<double>();
}

// As in Keras, whose windowed layers pass over it.
TEST(GlobalPooling, ANanIsTheMaximum) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const Tensor x({1, 3, 1}, {1, nan, 3});
  EXPECT_TRUE(std::isnan(testing::run<float>(x, {GlobalMaxPool1D()}, plan::Mode::kPredict).output.data()[0]));
}

TEST(GlobalPooling, SaysWhatIsWrong) {
  expect_error<ShapeError>(
      [] {
        GlobalMaxPool2D({.name = "g"}).output_shape({4, 4});
      },
      "GlobalMaxPooling2D \"g\": the input rows must have rank 3 and at least one pixel (expected "
      "(None, height, width, channels), found (None, 4, 4)).");
  expect_error<ShapeError>(
      [] {
        GlobalAvgPool1D().output_shape({0, 4});
      },
      "GlobalAveragePooling1D: the input rows must have rank 2 and at least one pixel (expected "
      "(None, steps, channels), found (None, 0, 4)).");
  expect_error<ConfigError>(
      [] {
        GlobalAvgPool2D::from_config(Value::Dict{{"data_format", "channels_first"}});
      },
      "GlobalAveragePooling2D: data_format must be \"channels_last\" here, got \"channels_first\".");
}

}  // namespace
}  // namespace regulus
