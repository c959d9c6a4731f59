// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/pooling/global_pooling.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "regulus/nn/layers/convolutional/convolution.h"
#include "regulus/nn/layers/pooling/pooling.h"
#include "regulus/nn/layers/reshaping/flatten.h"
#include "regulus/nn/layers/reshaping/reshape.h"
#include "regulus/train/sequential.h"
#include "support/toy.h"
#include "unit/nn/golden_pooling.h"

namespace regulus {
namespace {

using testing::expect_error;

template <class T>
void expect_global_pooling_follows_keras() {
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
  expect_global_pooling_follows_keras<float>();
}
TEST(GlobalPooling, FollowsKerasInDouble) {
  expect_global_pooling_follows_keras<double>();
}

// As in Keras, whose windowed layers pass over it.
TEST(GlobalPooling, ANanIsTheMaximum) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const Tensor x({1, 3, 1}, {1, nan, 3});
  EXPECT_TRUE(std::isnan(testing::run<float>(x, {GlobalMaxPool1D()}, plan::Mode::kPredict).output.data()[0]));
}

// A convolution takes poolings over where they pool its image: not one of another shape.
void expect_pools_a_convolution(const LayerPtr& pooling, const LayerPtr& between) {
  const LayerPtr convolution = Conv2D({.filters = 4, .kernel_size = 2, .activation = "relu", .name = "c"});
  const Tensor x = testing::normals(3, 60, 1).reshape({3, 5, 6, 2});
  Sequential whole({convolution, between, pooling, Flatten()});
  whole.build({5, 6, 2});
  Sequential first({convolution, between});
  first.build({5, 6, 2});
  Sequential second({pooling, Flatten()});
  const Shape image = between->output_shape({4, 5, 4});
  second.build(image);
  const Tensor wanted = second.predict(first.predict(x).reshape(image.with_front(3)));
  testing::expect_close(whole.predict(x), wanted, 0, 1e-6, "pooled");  // sums in another order
  // In training too, whose loss is then the mean of the squares.
  double loss = 0;
  for (const float v : wanted.values()) loss += static_cast<double>(v) * static_cast<double>(v);
  whole.compile({.optimizer = "sgd", .loss = "mean_squared_error"});
  const Dataset zeros(x, Tensor(wanted.shape()));
  EXPECT_NEAR(whole.train_on_batch(zeros)["loss"], loss / static_cast<double>(wanted.size()), 1e-6);
}

TEST(GlobalPooling, PoolsAConvolution) {
  for (const LayerPtr& between :
       {LayerPtr(Reshape({.target_shape = {4, 5, 4}})), LayerPtr(Reshape({.target_shape = {5, 2, 8}}))}) {
    expect_pools_a_convolution(GlobalMaxPooling2D(GlobalMaxPooling2D::Options{}), between);
    expect_pools_a_convolution(GlobalAveragePooling2D(GlobalAveragePooling2D::Options{}), between);
    expect_pools_a_convolution(MaxPooling2D(), between);
  }
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
