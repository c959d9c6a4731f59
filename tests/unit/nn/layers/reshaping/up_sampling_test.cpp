// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/reshaping/up_sampling.h"

#include <gtest/gtest.h>

#include "unit/nn/golden_layer.h"

namespace regulus {
namespace {

using testing::expect_error;

TEST(UpSampling2D, FollowsKeras) {
  // A gradient is the float32 sum of four numbers, in another order: 2 ulp of the largest.
  testing::expect_layer_follows_keras("UpSampling2D", 4e-7);
}

TEST(UpSampling2D, ReadsOneSizeForBoth) {
  const Value size = UpSampling2D::from_config(Value::Dict{{"size", 3}}).config().at("size");
  EXPECT_EQ(size, Value(Value::List{3, 3}));
}

TEST(UpSampling2D, SaysWhatIsWrong) {
  expect_error<ConfigError>(
      [] {
        UpSampling2D({.size = {2, 0}, .name = "u"});
      },
      "UpSampling2D \"u\": size must hold two integers in [1, 2147483647], got 0.");
  expect_error<ConfigError>(
      [] {
        UpSampling2D::from_config(Value::Dict{{"size", Value::List{2}}});
      },
      "UpSampling2D: size must be an integer or two of them, got a list.");
  expect_error<ConfigError>(
      [] {
        UpSampling2D::from_config(Value::Dict{{"interpolation", "bilinear"}});
      },
      "UpSampling2D: interpolation must be \"nearest\" here, got \"bilinear\".");
  expect_error<ConfigError>(
      [] {
        UpSampling2D::from_config(Value::Dict{{"data_format", "channels_first"}});
      },
      "UpSampling2D: data_format must be \"channels_last\" here, got \"channels_first\".");
  expect_error<ShapeError>(
      [] { UpSampling2D({.name = "u"}).output_shape({4}); },
      "UpSampling2D \"u\": the input rows must have rank 3 (expected (None, height, width, channels), "
      "found (None, 4)).");
  expect_error<ShapeError>(
      [] {
        UpSampling2D({.size = {1 << 15, 1 << 15}}).output_shape({2, 1, 1});
      },
      "UpSampling2D: the rows must have 1 to 2147483647 features (found (None, 65536, 32768, 1)).");
}

}  // namespace
}  // namespace regulus
