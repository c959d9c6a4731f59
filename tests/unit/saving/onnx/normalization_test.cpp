// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "regulus/regulus.h"
#include "unit/saving/onnx/decoded.h"

namespace regulus {
namespace {

using testing::exported;
using Integers = std::vector<std::int64_t>;

// ONNX's default is 1e-5.
TEST(OnnxNormalization, WritesKerasEpsilon) {
  const auto batch = exported({BatchNormalization(BatchNormalization::Options{})}, {6});
  EXPECT_EQ(std::stof(batch.node("BatchNormalization").attributes.at("epsilon")), 1e-3f);
  const auto layer = exported({LayerNormalization(LayerNormalization::Options{})}, {4, 6});
  EXPECT_EQ(std::stof(layer.node("LayerNormalization").attributes.at("epsilon")), 1e-3f);
  EXPECT_EQ(layer.node("LayerNormalization").attributes.at("axis"), "2");
}

TEST(OnnxNormalization, BringsTheAxisToItsPlace) {
  const auto ops = [](int axis) { return exported({BatchNormalization({.axis = axis})}, {4, 5, 3}).ops(); };
  EXPECT_EQ(ops(-1), "Transpose BatchNormalization Transpose");
  EXPECT_EQ(ops(1), "BatchNormalization");
  EXPECT_EQ(ops(2), "Transpose BatchNormalization Transpose");
  EXPECT_EQ(exported({LayerNormalization({.axis = {2, 3}})}, {4, 5, 3}).ops(), "LayerNormalization");
  EXPECT_EQ(exported({LayerNormalization({.axis = {1, 3}})}, {4, 5, 3}).ops(),
            "Transpose LayerNormalization Transpose");
}

TEST(OnnxNormalization, FillsInWhatTheOperatorInsistsOn) {
  const auto file = exported({BatchNormalization({.center = false, .scale = false, .name = "b"})}, {2});
  EXPECT_EQ(file.constants.at("b/gamma").floats(), (std::vector<float>{1, 1}));
  EXPECT_EQ(file.constants.at("b/beta").floats(), (std::vector<float>{0, 0}));
}

TEST(OnnxNormalization, StatisticsStandAlongTheirAxes) {
  const auto given = exported({NormalizationLayer({.axis = {1, 3},
                                                   .mean = Value::List{1.0, 2.0, 3.0},
                                                   .variance = Value::List{4.0, 0.0, 9.0},
                                                   .name = "n"})},
                              {2, 4, 3});
  EXPECT_EQ(given.ops(), "Sub Div");
  EXPECT_EQ(given.constants.at("n/mean").dims, (Integers{1, 1, 3}));
  EXPECT_EQ(given.constants.at("n/deviation").floats(), (std::vector<float>{2, 1e-7f, 3}));
  const auto inverted = exported({NormalizationLayer({.mean = 1.0, .variance = 4.0, .invert = true})}, {3});
  EXPECT_EQ(inverted.ops(), "Mul Add");
}

TEST(OnnxNormalization, UnitNormalizationIsLimited) {
  const auto file = exported({UnitNormalization({.axis = {1, 3}, .name = "u"})}, {2, 4, 3});
  EXPECT_EQ(file.ops(), "ReduceL2 Max Div");
  EXPECT_EQ(file.node("ReduceL2").attributes.at("axes"), "[1, 3]");
  EXPECT_EQ(file.constants.at("u/smallest").floats(), std::vector<float>{1e-12f});
}

}  // namespace
}  // namespace regulus
