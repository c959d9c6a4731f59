// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "regulus/regulus.h"
#include "unit/saving/onnx/cases.h"
#include "unit/saving/onnx/decoded.h"

namespace regulus {
namespace {

using testing::exported;
using Integers = std::vector<std::int64_t>;

TEST(OnnxConvolution, HasFiltersFirst) {
  const Sequential model =
      testing::built({"m", {Conv2D({.filters = 4, .kernel_size = {3, 2}, .name = "c"})}, {7, 6, 5}});
  const auto file = testing::decoded(to_onnx(model));
  const auto kernel = file.constants.at("c/kernel");
  EXPECT_EQ(kernel.dims, (Integers{4, 5, 3, 2}));
  // Filter 1, channel 2, row 1, column 0: Keras's [1, 0, 2, 1].
  EXPECT_EQ(kernel.floats()[((1 * 5 + 2) * 3 + 1) * 2 + 0], model.get_weights()[0].at({1, 0, 2, 1}));
}

// TensorFlow's rule: ceil(n / stride) windows, the odd zero behind.
TEST(OnnxConvolution, WritesPaddingAsNumbers) {
  const auto pads = [](const LayerPtr& layer, const Shape& input) {
    return exported({layer}, input).node("Conv").attributes.at("pads");
  };
  const ConvOptions same{.filters = 1, .kernel_size = {4, 3}, .strides = {3, 2}, .padding = "same"};
  EXPECT_EQ(pads(Conv2D(same), {9, 8, 1}), "[0, 0, 1, 1]");
  EXPECT_EQ(pads(Conv2D({.filters = 1, .kernel_size = 4, .padding = "same"}), {9, 8, 1}), "[1, 1, 2, 2]");
  EXPECT_EQ(pads(Conv2D({.filters = 1, .kernel_size = 4}), {9, 8, 1}), "[0, 0, 0, 0]");
  EXPECT_EQ(pads(Conv1D({.filters = 1, .kernel_size = 3, .padding = "causal", .dilation_rate = 2}), {9, 1}),
            "[4, 0]");
}

TEST(OnnxConvolution, PassesStridesDilationsAndGroupsOn) {
  const auto conv =
      exported({Conv2D({.filters = 6, .kernel_size = 2, .strides = {2, 3}, .groups = 2})}, {8, 8, 4})
          .node("Conv");
  EXPECT_EQ(conv.attributes.at("strides"), "[2, 3]");
  EXPECT_EQ(conv.attributes.at("dilations"), "[1, 1]");
  EXPECT_EQ(conv.attributes.at("group"), "2");
}

TEST(OnnxConvolution, DepthwiseIsAGroupForEachChannel) {
  const auto file =
      exported({DepthwiseConv2D({.kernel_size = {3, 2}, .depth_multiplier = 2, .name = "d"})}, {7, 6, 5});
  EXPECT_EQ(file.constants.at("d/kernel").dims, (Integers{10, 1, 3, 2}));
  EXPECT_EQ(file.node("Conv").attributes.at("group"), "5");
  const auto separable =
      exported({SeparableConv2D({.filters = 3, .kernel_size = 2, .name = "s"})}, {7, 6, 5});
  EXPECT_EQ(separable.ops(), "Transpose Conv Conv Transpose");
  EXPECT_EQ(separable.constants.at("s/pointwise_kernel").dims, (Integers{3, 5, 1, 1}));
}

}  // namespace
}  // namespace regulus
