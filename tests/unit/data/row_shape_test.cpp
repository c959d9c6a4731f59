// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/row_shape.h"

#include "support/expect.h"

namespace regulus {
namespace {

using Lengths = std::vector<std::int64_t>;

TEST(RowShape, AxesOfLengthOneComeAndGo) {
  EXPECT_EQ(reshaped({28, 28}, Lengths{28, 28}), (Shape{28, 28}));
  EXPECT_EQ(reshaped({28, 28}, Lengths{28, 28, 1}), (Shape{28, 28, 1}));
  EXPECT_EQ(reshaped({1, 28, 28, 1}, Lengths{28, 28}), (Shape{28, 28}));
  EXPECT_EQ(reshaped({}, Lengths{1}), (Shape{1}));
  EXPECT_EQ(reshaped({1}, Lengths{}), (Shape{}));
}

TEST(RowShape, FlatRowsHaveNoOrderToLoseUpToTwoAxes) {
  EXPECT_EQ(reshaped({784}, Lengths{28, 28, 1}), (Shape{28, 28, 1}));
  EXPECT_EQ(reshaped({28, 28}, Lengths{784}), (Shape{784}));
  EXPECT_EQ(reshaped({784, 1}, Lengths{28, 28}), (Shape{28, 28}));
  EXPECT_FALSE(reshaped({3072}, Lengths{32, 32, 3}));
  EXPECT_FALSE(reshaped({32, 32, 3}, Lengths{3072}));
  EXPECT_FALSE(reshaped({783}, Lengths{28, 28}));
}

TEST(RowShape, ATableHasNoShapeOfItsOwn) {
  EXPECT_EQ(reshaped({3072}, Lengths{32, 32, 3}, RowForm::kTable), (Shape{32, 32, 3}));
  EXPECT_FALSE(reshaped({3071}, Lengths{32, 32, 3}, RowForm::kTable));
}

TEST(RowShape, AxesNeverChangePlaces) {
  EXPECT_FALSE(reshaped({3, 8, 8}, Lengths{8, 8, 3}));
  EXPECT_FALSE(reshaped({8, 4}, Lengths{4, 8}));
  EXPECT_FALSE(reshaped({16, 4}, Lengths{8, 8}));
  EXPECT_FALSE(reshaped({8, 1, 4}, Lengths{4, 8}));
}

TEST(RowShape, AnOpenLengthTakesAny) {
  EXPECT_EQ(reshaped({12, 10, 1}, Lengths{-1, -1, 1}), (Shape{12, 10, 1}));
  EXPECT_EQ(reshaped({12, 10}, Lengths{-1, -1, 1}), (Shape{12, 10, 1}));
  EXPECT_EQ(reshaped({7}, Lengths{-1, 1}), (Shape{7, 1}));
  EXPECT_FALSE(reshaped({12, 10, 3}, Lengths{-1, -1, 1}));
  EXPECT_FALSE(reshaped({12}, Lengths{-1, 3}));
}

TEST(RowShape, SaysHowToMendIt) {
  testing::expect_error<ShapeError>(
      [] {
        require_reshaped("rows.npy", {3, 8, 8}, Lengths{8, 8, 3});
      },
      "rows.npy: the data's rows do not fit the model (expected (None, 8, 8, 3), found (None, 3, 8, 8)). "
      "Move the "
      "channels to the end: numpy.moveaxis(x, 1, -1).");
  testing::expect_error<ShapeError>(
      [] {
        require_reshaped("rows.npy", {8, 8, 3}, Lengths{3, 8, 8});
      },
      "rows.npy: the data's rows do not fit the model (expected (None, 3, 8, 8), found (None, 8, 8, 3)). "
      "Move the "
      "channels to the front: numpy.moveaxis(x, -1, 1).");
  testing::expect_error<ShapeError>(
      [] {
        require_reshaped("rows.npy", {4}, Lengths{-1, 3});
      },
      "rows.npy: the data's rows do not fit the model (expected (None, None, 3), found (None, 4)).");
  testing::expect_error<ShapeError>([] { require_reshaped("f.csv", {5}, Lengths{4}, RowForm::kTable); },
                                    "f.csv: the data's rows do not fit the model (expected (None, 4), found "
                                    "(None, 5)). Leave out columns (--drop), "
                                    "choose them (--columns), or name the column of labels (--labels).");
}

}  // namespace
}  // namespace regulus
