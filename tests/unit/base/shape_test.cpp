// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/shape.h"

#include "support/expect.h"

namespace regulus {
namespace {

using testing::expect_error;

constexpr std::int64_t kHuge = std::int64_t{1} << 62;

TEST(Shape, KnowsItsSize) {
  EXPECT_EQ(Shape().size(), 1);
  EXPECT_EQ(Shape({3, 4, 5}).size(), 60);
  EXPECT_EQ(Shape({3, 0, 5}).size(), 0);
  EXPECT_EQ(Shape({kHuge}).size(), kHuge);
  EXPECT_EQ(Shape({3, 4}).rank(), 2u);
  EXPECT_EQ(Shape({3, 4}).back(), 4);
  EXPECT_EQ(Shape({3, 4})[0], 3);
}

TEST(Shape, RefusesWhatNoArrayCanHave) {
  expect_error<ShapeError>([] { Shape({3, -1}); }, "shape: a length is negative (found (3, -1)).");
  const std::string huge = std::to_string(kHuge);
  expect_error<ShapeError>(
      [] {
        Shape({kHuge, 2});
      },
      "shape: the product of the lengths is too large (expected below 2^63, found (" + huge + ", 2)).");
  expect_error<ShapeError>(
      [] {
        Shape({0, kHuge, 2});
      },
      "shape: the product of the lengths is too large (expected below 2^63, found (0, " + huge + ", 2)).");
}

TEST(Shape, MayHaveOpenLengths) {
  const Shape open({Shape::kOpen, 4, Shape::kOpen});
  EXPECT_TRUE(open.is_open());
  EXPECT_FALSE(Shape({3, 4}).is_open());
  EXPECT_EQ(to_string(open), "(None, 4, None)");
  EXPECT_EQ(to_batch_string(open), "(None, None, 4, None)");
  EXPECT_EQ(open.filled(7), Shape({7, 4, 7}));
  EXPECT_TRUE(open.takes({1, 4, 9}));
  EXPECT_FALSE(open.takes({1, 5, 9}));
  EXPECT_FALSE(open.takes({1, 4}));
  EXPECT_TRUE(Shape({3, 4}).takes({3, 4}));
  EXPECT_FALSE(Shape({3, 4}).takes({4, 3}));
  expect_error<ShapeError>(
      [&] { open.size(); },
      "shape: some lengths are open (expected all of them known, found (None, 4, None)).");
  EXPECT_THROW(Shape({Shape::kOpen, kHuge, 2}), ShapeError);
}

TEST(Shape, GainsAndLosesTheOutermostAxis) {
  EXPECT_EQ(Shape({3, 4}).with_front(7), Shape({7, 3, 4}));
  EXPECT_EQ(Shape().with_front(7), Shape({7}));
  EXPECT_EQ(Shape({7, 3, 4}).without_front(), Shape({3, 4}));
  EXPECT_EQ(Shape({7}).without_front(), Shape());
  EXPECT_THROW(Shape({kHuge}).with_front(2), ShapeError);
}

TEST(Shape, PrintsAsPythonDoes) {
  EXPECT_EQ(to_string(Shape()), "()");
  EXPECT_EQ(to_string(Shape({3})), "(3,)");
  EXPECT_EQ(to_string(Shape({3, 4})), "(3, 4)");
  EXPECT_EQ(to_batch_string(Shape({28, 28})), "(None, 28, 28)");
  EXPECT_EQ(to_batch_string(Shape({784})), "(None, 784)");
  EXPECT_EQ(to_batch_string(Shape()), "(None,)");
}

}  // namespace
}  // namespace regulus
