// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "regulus/regulus.h"
#include "unit/saving/onnx/decoded.h"

namespace regulus {
namespace {

using testing::exported;

TEST(OnnxPooling, PassesItsWindowsOn) {
  const auto file =
      exported({MaxPooling2D({.pool_size = {3, 2}, .strides = {2, 1}, .padding = "same"})}, {8, 7, 3});
  EXPECT_EQ(file.ops(), "Transpose MaxPool Transpose");
  const auto pool = file.node("MaxPool").attributes;
  EXPECT_EQ(pool.at("kernel_shape"), "[3, 2]");
  EXPECT_EQ(pool.at("strides"), "[2, 1]");
  EXPECT_EQ(pool.at("pads"), "[0, 0, 1, 1]");
}

TEST(OnnxPooling, AveragesLeavePaddingOut) {
  const auto file = exported({AveragePooling1D({.pool_size = 3, .padding = "same"})}, {8, 3});
  EXPECT_EQ(file.node("AveragePool").attributes.at("count_include_pad"), "0");
  EXPECT_EQ(file.node("AveragePool").attributes.at("pads"), "[0, 1]");
}

TEST(OnnxPooling, GlobalOnesLoseTheirAxesUnlessKept) {
  EXPECT_EQ(exported({GlobalMaxPooling2D(GlobalMaxPooling2D::Options{})}, {4, 4, 2}).ops(),
            "Transpose GlobalMaxPool Flatten");
  EXPECT_EQ(exported({GlobalAveragePooling1D({.keepdims = true})}, {4, 2}).ops(),
            "Transpose GlobalAveragePool Transpose");
}

}  // namespace
}  // namespace regulus
