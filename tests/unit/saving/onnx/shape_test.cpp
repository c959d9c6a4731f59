// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "regulus/regulus.h"
#include "unit/saving/onnx/decoded.h"

namespace regulus {
namespace {

using testing::exported;
using Integers = std::vector<std::int64_t>;

TEST(OnnxShape, LeavesTheBatchOpen) {
  EXPECT_EQ(exported({Flatten()}, {4, 5}).node("Flatten").attributes.at("axis"), "1");
  const auto reshaped = exported({Reshape({.target_shape = {2, -1}, .name = "r"})}, {4, 5});
  EXPECT_EQ(reshaped.constants.at("r/target_shape").integers(), (Integers{0, 2, 10}));
  const auto repeated = exported({RepeatVector({.n = 3, .name = "r"})}, {5});
  EXPECT_EQ(repeated.ops(), "Unsqueeze Expand");
  EXPECT_EQ(repeated.constants.at("r/n").integers(), (Integers{1, 3, 1}));
}

TEST(OnnxShape, PermutesAxesAsKerasCountsThem) {
  EXPECT_EQ(exported({Permute({.dims = {2, 3, 1}})}, {4, 5, 6}).nodes[0].attributes.at("perm"),
            "[0, 2, 3, 1]");
}

TEST(OnnxShape, BordersFollowTheOrderOfAxes) {
  const ZeroPadding2D padding({.padding = {{1, 2}, {3, 4}}, .name = "p"});
  EXPECT_EQ(exported({padding}, {4, 5, 2}).constants.at("p/pads").integers(),
            (Integers{0, 1, 3, 0, 0, 2, 4, 0}));
  EXPECT_EQ(exported({MaxPooling2D(), padding}, {4, 5, 2}).constants.at("p/pads").integers(),
            (Integers{0, 0, 1, 3, 0, 0, 2, 4}));
  const Cropping2D cropping({.cropping = {{1, 2}, {0, 1}}, .name = "c"});
  const auto cropped = exported({cropping}, {9, 8, 2});
  EXPECT_EQ(cropped.constants.at("c/begin").integers(), (Integers{1, 0}));
  EXPECT_EQ(cropped.constants.at("c/end").integers(), (Integers{7, 7}));
  EXPECT_EQ(cropped.constants.at("c/axes").integers(), (Integers{1, 2}));
  EXPECT_EQ(exported({MaxPooling2D(), cropping}, {18, 16, 2}).constants.at("c/axes").integers(),
            (Integers{2, 3}));
}

TEST(OnnxShape, UpSamplingRepeatsPixels) {
  const auto file = exported({UpSampling2D({.size = {2, 3}, .name = "u"})}, {4, 5, 2});
  EXPECT_EQ(file.ops(), "Transpose Resize Transpose");
  EXPECT_EQ(file.constants.at("u/size").floats(), (std::vector<float>{1, 1, 2, 3}));
  EXPECT_EQ(file.node("Resize").attributes.at("coordinate_transformation_mode"), "asymmetric");
  EXPECT_EQ(file.node("Resize").attributes.at("nearest_mode"), "floor");
}

}  // namespace
}  // namespace regulus
