// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/weights.h"

#include <gtest/gtest.h>

#include "regulus/base/memory.h"
#include "support/expect.h"

namespace regulus {
namespace {

using testing::expect_error;

TEST(LayerWeights, EachHasItsOwnNumbersAndRules) {
  const Initializer initializer = "he_normal";
  const Regularizer regularizer = l2(0.5);
  const Constraint constraint = max_norm(2, {.axis = -2});
  const WeightRules rules{initializer, regularizer, constraint};
  const BuildContext first{Shape{4}, random::Key(1), 0};
  const BuildContext second{Shape{4}, random::Key(1), 1};
  const auto weight = make_weight(first, 0, "kernel", {4, 3}, rules);
  EXPECT_EQ(weight->name(), "kernel");
  EXPECT_EQ(weight->penalty().l2, 0.5);
  EXPECT_EQ(weight->constraint().axes, std::vector<int>{0});
  EXPECT_EQ(weight->value(), make_weight(first, 0, "kernel", {4, 3}, rules)->value());
  EXPECT_NE(weight->value(), make_weight(first, 1, "kernel", {4, 3}, rules)->value());
  EXPECT_NE(weight->value(), make_weight(second, 0, "kernel", {4, 3}, rules)->value());
}

// A file's weights replace the first ones: those are not even drawn. Of this one they would be 2 TB.
TEST(LayerWeights, AreNotDrawnWhenTheyAreMade) {
  const Initializer orthogonal = "orthogonal";
  const Regularizer none;
  const Constraint constraint;
  const BuildContext context{Shape{4}, random::Key(1), 0};
  const auto weight = make_weight(context, 0, "kernel", {1 << 19, 1 << 20}, {orthogonal, none, constraint});
  EXPECT_THROW((void)weight->value(), MemoryError);
  expect_error<ShapeError>(
      [&] {
        make_weight(context, 0, "bias", {3}, {orthogonal, none, constraint});
      },
      "Orthogonal: the weight must have at least two axes (found (3,)).");
}

TEST(LayerWeights, AreMadeInOrderEachByItsRules) {
  const Initializer ones = "ones", zeros = "zeros";
  const Regularizer regularizer = l2(0.5), none;
  const Constraint constraint;
  const BuildContext context{Shape{4}, random::Key(1), 0};
  const WeightRules kernel{ones, regularizer, constraint, {.groups = 3}}, bias{zeros, none, constraint};
  const auto both = make_each_weight(context, {{"kernel", {4, 3}}, {"bias", {3}}}, {kernel, bias});
  ASSERT_EQ(both.size(), 2u);
  EXPECT_EQ(both[0]->name(), "kernel");
  EXPECT_EQ(both[0]->value(), Tensor(Shape{4, 3}, std::vector<float>(12, 1.0f)));
  EXPECT_EQ(both[0]->penalty().l2, 0.5);
  EXPECT_EQ(both[0]->unit_groups(), 3);
  EXPECT_EQ(both[1]->name(), "bias");
  EXPECT_EQ(both[1]->value(), Tensor(Shape{3}));
  EXPECT_EQ(both[1]->unit_groups(), 1);
  EXPECT_EQ(make_each_weight(context, {{"kernel", {4, 3}}}, {kernel, bias}).size(), 1u);
}

TEST(LayerWeights, RulesThatDoNotFitAreFoundEarly) {
  expect_error<ConfigError>([] { require_axes(max_norm(2, {.axis = 1}), 1, "Dense", "bias_constraint"); },
                            "Dense: bias_constraint: axis 1 does not exist in a weight of rank 1.");
  EXPECT_NO_THROW(require_axes(max_norm(2, {.axis = {0, 1, 2}}), 4, "Conv2D", "kernel_constraint"));
  expect_error<ConfigError>(
      [] { require_matrix_for(orthogonal_regularizer({}), 4, "Conv2D", "kernel_regularizer"); },
      "Conv2D: kernel_regularizer: an orthogonal penalty needs a matrix, this weight has rank 4.");
  EXPECT_NO_THROW(require_matrix_for(orthogonal_regularizer({}), 2, "Dense", "kernel_regularizer"));
}

}  // namespace
}  // namespace regulus
