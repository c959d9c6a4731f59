// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/open_rows.h"

#include "regulus/regulus.h"
#include "support/expect.h"

namespace regulus {
namespace {

using testing::expect_error;

constexpr std::int64_t kOpen = Shape::kOpen;

// As Keras 3.15 prints them.
TEST(OpenRows, LengthsThatFollowOpenOnesAreOpen) {
  const Shape image{kOpen, kOpen, 3};
  const auto of = [](const LayerPtr& layer, const Shape& rows) { return output_rows(*layer, rows); };
  EXPECT_EQ(of(Conv2D({.filters = 4, .kernel_size = 3}), image), Shape({kOpen, kOpen, 4}));
  EXPECT_EQ(of(Conv2D({.filters = 4, .kernel_size = 100, .strides = 16}), image), Shape({kOpen, kOpen, 4}));
  EXPECT_EQ(of(Conv2D({.filters = 4, .kernel_size = 3, .strides = 8, .padding = "same"}), image),
            Shape({kOpen, kOpen, 4}));
  EXPECT_EQ(of(Conv2D({.filters = 4, .kernel_size = {1, 2}}), {kOpen, 5, 3}), Shape({kOpen, 4, 4}));
  EXPECT_EQ(of(Conv1D({.filters = 4, .kernel_size = 3}), {kOpen, 3}), Shape({kOpen, 4}));
  EXPECT_EQ(of(MaxPooling2D({.pool_size = 2}), image), Shape({kOpen, kOpen, 3}));
  EXPECT_EQ(of(GlobalAveragePooling2D(), image), Shape({3}));
  EXPECT_EQ(of(GlobalMaxPooling1D({.keepdims = true}), {kOpen, 3}), Shape({1, 3}));
  EXPECT_EQ(of(BatchNormalization(), image), image);
  EXPECT_EQ(of(ActivationLayer({.activation = "glu"}), {kOpen, 6}), Shape({kOpen, 3}));
  EXPECT_EQ(of(Flatten(), image), Shape({kOpen}));
  EXPECT_EQ(of(Permute({.dims = {2, 1}}), {kOpen, 3}), Shape({3, kOpen}));
  EXPECT_EQ(of(Reshape({.target_shape = {-1, 3}}), image), Shape({kOpen, 3}));
  EXPECT_EQ(of(ZeroPadding2D({.padding = 1}), {kOpen, 5, 3}), Shape({kOpen, 7, 3}));
  EXPECT_EQ(of(UpSampling2D({.size = {2, 3}}), image), Shape({kOpen, kOpen, 3}));
  EXPECT_EQ(of(SpatialDropout2D({.rate = 0.5}), image), image);
  EXPECT_EQ(of(Dense({.units = 2}), {5}), Shape({2}));
}

TEST(OpenRows, WeightsAreThoseOfAllLengths) {
  const LayerPtr layer = Conv2D({.filters = 4, .kernel_size = 20, .name = "c"});
  const Shape rows = sample_rows(*layer, {kOpen, 40, 3});
  EXPECT_FALSE(rows.is_open());
  EXPECT_GE(rows[0], 20);
  EXPECT_EQ(rows[1], 40);
  EXPECT_EQ(sample_rows(*layer, {30, 40, 3}), Shape({30, 40, 3}));
  const auto refused = [](const LayerPtr& refusing, const Shape& open) {
    expect_error<ShapeError>(
        [&] { output_rows(*refusing, open); },
        std::string(refusing->class_name()) +
            " \"a\": its weights would follow lengths that are open (found " + to_batch_string(open) +
            "). Give the model's input all its lengths, or put a global pooling before it.");
  };
  refused(Dense({.units = 3, .name = "a"}), {kOpen});
  refused(Conv1D({.filters = 3, .kernel_size = 1, .name = "a"}), {5, kOpen});
  refused(PReLU({.name = "a"}), {kOpen, 3});
  refused(LayerNormalization({.axis = {1, 2}, .name = "a"}), {kOpen, 3});
}

TEST(OpenRows, ErrorsNameTheOpenRows) {
  expect_error<ShapeError>(
      [] {
        output_rows(*LayerPtr(Dense({.units = 3, .name = "a"})), {kOpen, 3});
      },
      "Dense \"a\": the input rows must have rank 1 (expected (None, n), found (None, None, "
      "3)). Add a Flatten layer before it.");
  expect_error<ShapeError>(
      [] {
        output_rows(*LayerPtr(Conv2D({.filters = 3, .kernel_size = 3, .name = "a"})), {kOpen, 2, 3});
      },
      "Conv2D \"a\": the window of (3, 3) does not fit into the input (found (None, None, 2, 3)). Make it "
      "smaller, or say padding = \"same\".");
}

}  // namespace
}  // namespace regulus
