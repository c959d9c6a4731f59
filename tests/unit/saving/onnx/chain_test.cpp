// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/onnx/chain.h"

#include <set>

#include <gtest/gtest.h>

#include "regulus/regulus.h"
#include "support/expect.h"
#include "unit/saving/onnx/decoded.h"

namespace regulus::onnx {
namespace {

using testing::exported;

TEST(Chain, PermutesAsNumPyTransposes) {
  const Tensor x({2, 3}, {1, 2, 3, 4, 5, 6});
  EXPECT_EQ(permuted(x, {1, 0}), Tensor({3, 2}, {1, 4, 2, 5, 3, 6}));
  const Tensor cube({2, 1, 2}, {1, 2, 3, 4});
  EXPECT_EQ(permuted(cube, {2, 0, 1}), Tensor({2, 2, 1}, {1, 3, 2, 4}));
}

TEST(Chain, TransposesOnlyWhereTheOrderChanges) {
  const auto model = exported(
      {Conv2D({.filters = 4, .kernel_size = 3, .activation = "relu"}),
       BatchNormalization(BatchNormalization::Options{}), MaxPooling2D(), PReLU({.shared_axes = {1, 2}}),
       Conv2D({.filters = 2, .kernel_size = 2}), Flatten(), Dense({.units = 3})},
      {10, 10, 2});
  EXPECT_EQ(model.ops(), "Transpose Conv Relu BatchNormalization MaxPool PRelu Conv Transpose Flatten Gemm");
  EXPECT_EQ(model.nodes[0].attributes.at("perm"), "[0, 3, 1, 2]");
  EXPECT_EQ(model.nodes[7].attributes.at("perm"), "[0, 2, 3, 1]");
}

TEST(Chain, TheOutputHasItsChannelsLast) {
  const auto model = exported({Conv1D({.filters = 4, .kernel_size = 3, .name = "c"})}, {10, 2});
  EXPECT_EQ(model.ops(), "Transpose Conv Transpose");
  EXPECT_EQ(model.nodes[2].output, "c");
  EXPECT_EQ(model.nodes[2].attributes.at("perm"), "[0, 2, 1]");
}

TEST(Chain, RowConstantsHaveTheOrderOfTheValue) {
  const auto last = exported({PReLU({.shared_axes = {1, 2}, .name = "p"})}, {5, 6, 3});
  EXPECT_EQ(last.constants.at("p/alpha").dims, (Integers{1, 1, 3}));
  const auto first = exported({MaxPooling2D(), PReLU({.shared_axes = {1, 2}, .name = "p"})}, {5, 6, 3});
  EXPECT_EQ(first.constants.at("p/alpha").dims, (Integers{3, 1, 1}));
}

TEST(Chain, NamesAreOfTheLayerAndUnique) {
  const auto model = exported({Dense({.units = 3, .activation = "gelu", .name = "d"})}, {2});
  std::set<std::string> names;
  for (const auto& node : model.nodes) {
    EXPECT_TRUE(names.insert(node.output).second) << node.output;
    EXPECT_TRUE(node.output.starts_with("d")) << node.output;
  }
}

}  // namespace
}  // namespace regulus::onnx
