// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/onnx/metadata.h"

#include <gtest/gtest.h>

#include "regulus/base/json.h"
#include "regulus/regulus.h"
#include "support/toy.h"
#include "unit/saving/onnx/cases.h"
#include "unit/saving/onnx/decoded.h"

namespace regulus {
namespace {

TEST(OnnxMetadata, SaysWhatTheGraphCannot) {
  const Sequential model =
      testing::built({"m",
                      {Dropout({.rate = 0.5, .name = "drop"}), MCDropout({.rate = 0.5, .name = "always"}),
                       ActivityRegularization({.l1 = 0.5, .name = "active"}),
                       Dense({.units = 2,
                              .activation = "softmax",
                              .kernel_regularizer = l2(0.25),
                              .bias_constraint = non_neg(),
                              .name = "d"})},
                      {3}});
  const ModelNotes notes{
      .normalization = Normalization::from_statistics(0.5, {0.25, -1.5, 3.0}, {1.0, 0.5, 2.0}),
      .data_set = "toys \"2\""};
  const auto metadata =
      testing::decoded(to_onnx(model, notes, {.monte_carlo = true, .temperature = 1.5})).metadata;
  const auto at = [&](const char* key) { return parse_json(metadata.at(key), key); };
  const Value penalties = at("regulus.penalties");
  EXPECT_EQ(penalties.at("d").at("kernel_regularizer").at("config").at("l2"), Value(0.25));
  EXPECT_EQ(penalties.at("active").at("l1"), Value(0.5));
  EXPECT_EQ(at("regulus.constraints").at("d").at("bias_constraint").at("class_name"), Value("NonNeg"));
  EXPECT_EQ(metadata.at("regulus.monte_carlo"),
            R"({"input":"training","layers":{"drop":"Dropout","always":"MCDropout"}})");
  EXPECT_EQ(at("regulus.normalization"), notes.normalization->config());
  EXPECT_EQ(metadata.at("regulus.temperature"), "1.5");
  EXPECT_EQ(metadata.at("regulus.data_set"), R"("toys \"2\"")");
}

TEST(OnnxMetadata, IsEmptyWhereThereIsNothingToSay) {
  EXPECT_TRUE(testing::exported({Dropout({.rate = 0.5}), Dense({.units = 2})}, {3}).metadata.empty());
}

}  // namespace
}  // namespace regulus
