// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/tensor.h"

#include <cmath>
#include <limits>
#include <numeric>

#include "support/golden.h"

namespace regulus {
namespace {

using testing::expect_close;
using testing::expect_error;

Tensor counting(Shape shape) {
  std::vector<float> values(static_cast<std::size_t>(shape.size()));
  std::iota(values.begin(), values.end(), 0.0f);
  return Tensor(std::move(shape), std::move(values));
}

TEST(Tensor, StartsAtZero) {
  const Tensor x({2, 3});
  EXPECT_EQ(x.size(), 6);
  for (const float v : x.values()) EXPECT_EQ(v, 0.0f);
  EXPECT_EQ(Tensor().size(), 0);
}

TEST(Tensor, ValuesMustFitTheShape) {
  expect_error<ShapeError>(
      [] {
        Tensor({2, 3}, {1, 2});
      },
      "Tensor: the number of values does not fit the shape (expected (2, 3), found 2).");
}

TEST(Tensor, CopiesAreDeep) {
  Tensor a({2}, {1, 2});
  const Tensor b = a;
  a.data()[0] = 5;
  EXPECT_EQ(b, Tensor({2}, {1, 2}));
}

TEST(Tensor, AtChecksItsIndices) {
  const Tensor x = counting({2, 3, 4});
  EXPECT_EQ(x.at({1, 2, 3}), 23.0f);
  EXPECT_EQ(x.at({0, 1, 0}), 4.0f);
  expect_error<ShapeError>([&] { x.at({1, 2}); }, "Tensor: wrong number of indices (expected 3, found 2).");
  expect_error<ShapeError>(
      [&] {
        x.at({1, 3, 0});
      },
      "Tensor: an index is out of range (expected 0 to 2, found 3).");
  expect_error<ShapeError>(
      [&] {
        x.at({0, 0, -1});
      },
      "Tensor: an index is out of range (expected 0 to 3, found -1).");
}

TEST(Tensor, SlicesTheFirstAxis) {
  const Tensor x = counting({3, 2});
  EXPECT_EQ(x.slice(1, 3), Tensor({2, 2}, {2, 3, 4, 5}));
  EXPECT_EQ(x.slice(1, 1).shape(), Shape({0, 2}));
  expect_error<ShapeError>(
      [&] { x.slice(2, 4); },
      "Tensor: a slice is out of range (expected 0 <= begin <= end <= 3, found [2, 4)).");
  EXPECT_THROW(x.slice(-1, 2), ShapeError);
  EXPECT_THROW(x.slice(2, 1), ShapeError);
  expect_error<ShapeError>(
      [] { Tensor(Shape{}).slice(0, 1); },
      "Tensor: only an array with axes can be sliced (expected rank 1 or more, found ()).");
}

TEST(Tensor, RowsAreTheSecondToLastAxis) {
  EXPECT_EQ(counting({3, 2}).rows(0, 1), Tensor({1, 2}, {0, 1}));
  EXPECT_EQ(counting({2, 3, 2}).rows(1, 3), Tensor({2, 2, 2}, {2, 3, 4, 5, 8, 9, 10, 11}));
  EXPECT_EQ(counting({2, 3, 2}).rows(1, 1).shape(), Shape({2, 0, 2}));
  EXPECT_EQ(Tensor(Shape{2, 3, 0}).rows(1, 2).shape(), Shape({2, 1, 0}));
  EXPECT_THROW(counting({2, 3, 2}).rows(0, 4), ShapeError);
  expect_error<ShapeError>([] { counting({3}).rows(0, 1); },
                           "Tensor: rows() needs two axes (expected rank 2 or more, found (3,)).");
}

TEST(Tensor, Reshapes) {
  EXPECT_EQ(counting({2, 3}).reshape({3, 2}), counting({3, 2}));
  expect_error<ShapeError>(
      [] {
        counting({2, 3}).reshape({4});
      },
      "Tensor: cannot be reshaped: the sizes differ (expected (4,), found (2, 3)).");
}

TEST(Tensor, RoundsAsNumPyDoes) {
  int cases = 0;
  for (const auto& c : testing::golden("tensor_text.json").at("cases")) {
    if (!c.contains("rounded")) continue;
    const Tensor found = round(testing::tensor(c.at("x")), c.at("decimals").get<int>());
    // The same operations in the same order: equal bits.
    expect_close(found, testing::tensor(c.at("rounded")), 0, 0, c.at("name").get<std::string>());
    ++cases;
  }
  EXPECT_GE(cases, 6);
}

TEST(Tensor, MeanAndStandardDeviationOverTheFirstAxis) {
  const Tensor x({4, 2}, {1, 10, 2, 20, 3, 30, 4, 40});
  EXPECT_EQ(mean(x), Tensor({2}, {2.5f, 25.0f}));
  // Population variance of 1, 2, 3, 4 is 5/4.
  EXPECT_EQ(std_dev(x), Tensor({2}, {std::sqrt(1.25f), static_cast<float>(10 * std::sqrt(1.25))}));
  EXPECT_EQ(mean(Tensor({3}, {1, 2, 6})), Tensor(Shape{}, {3}));
  expect_error<ShapeError>([] { mean(Tensor(Shape{})); },
                           "Tensor: mean needs an axis (expected rank 1 or more, found ()).");
  expect_error<ShapeError>([] { std_dev(Tensor(Shape{})); },
                           "Tensor: std_dev needs an axis (expected rank 1 or more, found ()).");
  EXPECT_TRUE(std::isnan(mean(Tensor(Shape{0, 1})).at({0}))) << "no rows, as NumPy";
}

TEST(Tensor, MeanSumsInDouble) {
  constexpr int kCount = 1 << 20;
  std::vector<float> values(kCount, 0.1f);
  values[0] = 1e8f;  // float32 sums of these would lose every 0.1
  const double wanted = (1e8 + (kCount - 1) * static_cast<double>(0.1f)) / kCount;
  EXPECT_EQ(mean(Tensor({kCount}, values)).at({}), static_cast<float>(wanted));
}

TEST(Tensor, StandardDeviationSurvivesALargeMean) {
  // Two passes: E[x^2] - E[x]^2 would give 0 or worse here.
  const Tensor x({4}, {16777212, 16777214, 16777212, 16777214});
  EXPECT_EQ(std_dev(x).at({}), 1.0f);
}

TEST(Tensor, ArgmaxTakesTheLowestIndexOnTies) {
  EXPECT_EQ(argmax(Tensor({3, 3}, {1, 3, 2, 5, 5, 4, -1, -2, -1})), (std::vector<std::int32_t>{1, 0, 0}));
  EXPECT_EQ(argmax(Tensor({2, 1, 2}, {0, 1, 1, 0})), (std::vector<std::int32_t>{1, 0}));
  expect_error<ShapeError>(
      [] {
        argmax(Tensor(Shape{3, 0}));
      },
      "Tensor: argmax of an empty axis (found (3, 0)).");
  EXPECT_THROW(argmax(Tensor(Shape{})), ShapeError);
}

}  // namespace
}  // namespace regulus
