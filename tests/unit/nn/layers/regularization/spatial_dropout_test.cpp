// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/regularization/spatial_dropout.h"

#include <cmath>

#include <gtest/gtest.h>

#include "support/expect.h"
#include "unit/nn/plan_run.h"

// Values and gradients are compared with Keras's in dropout_test.cpp.

namespace regulus {
namespace {

using plan::Mode;
using testing::expect_error;

Tensor ones(const Shape& shape) {
  return Tensor(shape, std::vector<float>(static_cast<std::size_t>(shape.size()), 1.0f));
}

TEST(SpatialDropout, DropsWholeChannels) {
  constexpr std::int64_t kRows = 40, kChannels = 50, kPixels = 6;
  const Tensor x = ones({kRows, 2, 3, kChannels});
  const Tensor y = testing::run<float>(x, {SpatialDropout2D({.rate = 0.25})}, Mode::kMonteCarlo).output;
  const float scale = 1 / 0.75f;
  int dropped = 0;
  for (std::int64_t r = 0; r < kRows; ++r)
    for (std::int64_t c = 0; c < kChannels; ++c) {
      const float first = y.data()[r * kPixels * kChannels + c];
      EXPECT_TRUE(first == 0 || first == scale) << first;
      for (std::int64_t p = 1; p < kPixels; ++p)
        EXPECT_EQ(y.data()[(r * kPixels + p) * kChannels + c], first) << r << ", " << c;
      dropped += first == 0;
    }
  // 2,000 independent decisions with a fixed key: five standard deviations.
  EXPECT_NEAR(dropped / 2000.0, 0.25, 5 * std::sqrt(0.25 * 0.75 / 2000));
}

TEST(SpatialDropout, IsTheDropoutOfItsNoiseShape) {
  const Tensor x = ones({5, 4, 33});
  EXPECT_EQ(
      testing::run<float>(x, {SpatialDropout1D({.rate = 0.5})}, Mode::kMonteCarlo).output,
      testing::run<float>(x, {Dropout({.rate = 0.5, .noise_shape = {-1, 1, -1}})}, Mode::kMonteCarlo).output);
}

TEST(SpatialDropout, DrawsInPredictionOnlyAsMonteCarloTwin) {
  const Tensor sequence = ones({3, 4, 40});
  const Tensor image = ones({3, 2, 2, 40});
  const auto predicted = [](const Tensor& x, const LayerPtr& layer) {
    return testing::run<float>(x, {layer}, Mode::kPredict).output;
  };
  EXPECT_EQ(predicted(sequence, SpatialDropout1D({.rate = 0.5})), sequence);
  EXPECT_EQ(predicted(image, SpatialDropout2D({.rate = 0.5})), image);
  EXPECT_EQ(predicted(sequence, MCSpatialDropout1D({.rate = 0.5})),
            testing::run<float>(sequence, {SpatialDropout1D({.rate = 0.5})}, Mode::kMonteCarlo).output);
  EXPECT_EQ(predicted(image, MCSpatialDropout2D({.rate = 0.5})),
            testing::run<float>(image, {SpatialDropout2D({.rate = 0.5})}, Mode::kMonteCarlo).output);
}

// Keras's constructors take no "trainable", so what it would read must not have it.
TEST(SpatialDropout, WritesWhatKerasReads) {
  EXPECT_EQ(SpatialDropout1D({.rate = 0.25, .name = "s"}).config(),
            Value(Value::Dict{{"rate", 0.25}, {"seed", nullptr}, {"name", "s"}, {"dtype", "float32"}}));
  EXPECT_EQ(SpatialDropout2D({.rate = 0.25, .seed = 3, .name = "s"}).config(),
            Value(Value::Dict{{"rate", 0.25},
                              {"seed", 3},
                              {"name", "s"},
                              {"dtype", "float32"},
                              {"data_format", "channels_last"}}));
}

TEST(SpatialDropout, SaysWhatIsWrong) {
  expect_error<ConfigError>([] { SpatialDropout1D({.rate = 1.5, .name = "s"}); },
                            "SpatialDropout1D \"s\": rate must be in [0, 1], got 1.5.");
  expect_error<ConfigError>([] { MCSpatialDropout2D({.rate = -1}); },
                            "MCSpatialDropout2D: rate must be in [0, 1], got -1.");
  expect_error<ShapeError>([] { SpatialDropout1D({.rate = 0.5, .name = "s"}).output_shape({4}); },
                           "SpatialDropout1D \"s\": the input rows must have rank 2 "
                           "(expected (None, steps, channels), found (None, 4)).");
  expect_error<ShapeError>(
      [] {
        SpatialDropout2D({.rate = 0.5}).output_shape({4, 5});
      },
      "SpatialDropout2D: the input rows must have rank 3 "
      "(expected (None, height, width, channels), found (None, 4, 5)).");
  expect_error<ConfigError>(
      [] {
        SpatialDropout2D::from_config(Value::Dict{{"rate", 0.5}, {"data_format", "channels_first"}});
      },
      "SpatialDropout2D: data_format must be \"channels_last\" here, got \"channels_first\".");
  expect_error<ConfigError>(
      [] {
        SpatialDropout1D::from_config(Value::Dict{{"name", "s"}});
      },
      "SpatialDropout1D \"s\": rate is missing. It must be a number.");
}

}  // namespace
}  // namespace regulus
