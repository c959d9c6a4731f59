// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/dataset.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "support/expect.h"

namespace regulus {
namespace {

using testing::expect_error;

Tensor counting(Shape shape) {
  std::vector<float> values(static_cast<std::size_t>(shape.size()));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i);
  return Tensor(std::move(shape), std::move(values));
}

std::shared_ptr<const Scaling> scaling(std::vector<float> scale, std::vector<float> offset) {
  auto out = std::make_shared<Scaling>();
  out->scale = Buffer<float>(scale.size());
  out->offset = Buffer<float>(offset.size());
  std::copy(scale.begin(), scale.end(), out->scale.data());
  std::copy(offset.begin(), offset.end(), out->offset.data());
  return out;
}

TEST(Dataset, DefaultHasNoRows) {
  const Dataset data;
  EXPECT_EQ(data.num_rows(), 0);
  EXPECT_FALSE(data.has_labels());
  EXPECT_FALSE(data.has_targets());
  EXPECT_EQ(data.info().name, "");
}

TEST(Dataset, FeaturesWithLabels) {
  const Dataset data(counting({3, 2, 2}), {4, 0, 9});
  EXPECT_EQ(data.num_rows(), 3);
  EXPECT_EQ(data.row_shape(), (Shape{2, 2}));
  ASSERT_TRUE(data.has_labels());
  EXPECT_EQ(std::vector<std::int32_t>(data.labels().begin(), data.labels().end()),
            (std::vector<std::int32_t>{4, 0, 9}));
  EXPECT_EQ(data.to_tensor(), counting({3, 2, 2}));
  EXPECT_EQ(data.view().width, 4);
  EXPECT_EQ(data.view().bytes, nullptr);
}

TEST(Dataset, TargetsOfRankOneAreOneUnit) {
  const Dataset data(counting({3, 2}), counting({3}));
  EXPECT_EQ(data.target_units(), 1);
  EXPECT_EQ(data.targets().size(), 3u);
  const Dataset wide(counting({3, 2}), counting({3, 5}));
  EXPECT_EQ(wide.target_units(), 5);
  EXPECT_EQ(wide.slice(1, 3).targets().size(), 10u);
  EXPECT_EQ(wide.slice(1, 3).targets()[0], 5.0f);
}

TEST(Dataset, SlicesShareValuesAndRememberTheirRows) {
  const Dataset data(counting({10, 2}), {0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
  const Dataset part = data.slice(2, 9).slice(1, 4);
  EXPECT_EQ(part.num_rows(), 3);
  EXPECT_EQ(part.first_row(), 3);
  EXPECT_EQ(part.labels()[0], 3);
  EXPECT_EQ(part.to_tensor(), counting({10, 2}).slice(3, 6));
  EXPECT_EQ(part.view().floats, data.view().floats + 6);
  const auto [first, rest] = data.split_at(4);
  EXPECT_EQ(first.num_rows(), 4);
  EXPECT_EQ(rest.num_rows(), 6);
  EXPECT_EQ(rest.first_row(), 4);
  EXPECT_EQ(data.split_at(0).first.num_rows(), 0);
  EXPECT_EQ(data.split_at(10).second.num_rows(), 0);
  EXPECT_EQ(data.split_at(10).second.to_tensor().shape(), (Shape{0, 2}));
}

// A piece of a set that never is in memory as a whole: its rows keep their numbers there.
TEST(Dataset, RowsCanBeNumberedFromAnyRow) {
  const Dataset piece =
      Dataset(counting({10, 2}), {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}).slice(2, 8).numbered_from(1000);
  EXPECT_EQ(piece.first_row(), 1000);
  EXPECT_EQ(piece.num_rows(), 6);
  EXPECT_EQ(piece.labels()[0], 2);
  EXPECT_EQ(piece.to_tensor(), counting({10, 2}).slice(2, 8));
  EXPECT_EQ(piece.slice(1, 3).first_row(), 1001);
  EXPECT_EQ(piece.slice(1, 3).labels()[0], 3);
  EXPECT_EQ(piece.numbered_from(0).first_row(), 0);
  EXPECT_EQ(piece.numbered_from(4294967289).first_row(), 4294967289);
  expect_error<ShapeError>([&] { piece.numbered_from(-1); },
                           "Dataset: no such row (expected 0 or more, found -1).");
  expect_error<ShapeError>([&] { piece.numbered_from(4294967290); },
                           "Dataset: too many rows (expected at most 4294967295, found 4294967296).");
}

TEST(Dataset, BytesStayBytesUntilTheyAreScaled) {
  const Dataset data = Dataset::from_bytes({2}, {0, 255, 10, 20}, {1, 0},
                                           {.name = "mine", .source = "here", .class_names = {"a", "b"}});
  EXPECT_EQ(data.num_rows(), 2);
  EXPECT_EQ(data.info().name, "mine");
  EXPECT_EQ(data.view().floats, nullptr);
  EXPECT_EQ(data.view().bytes[1], 255);
  EXPECT_EQ(data.to_tensor(), Tensor({2, 2}, {0, 255, 10, 20}));
  const Dataset scaled = data.with_scaling(scaling({0.1f, 0.3f}, {-1, 1}));
  const Tensor x = scaled.slice(1, 2).to_tensor();
  EXPECT_EQ(x.at({0, 0}), std::fma(10.0f, 0.1f, -1.0f));
  EXPECT_EQ(x.at({0, 1}), std::fma(20.0f, 0.3f, 1.0f));
  EXPECT_EQ(data.view().scale, nullptr);
  EXPECT_EQ(scaled.with_scaling(nullptr).to_tensor(), data.to_tensor());
  EXPECT_FALSE(Dataset::from_bytes({2}, {1, 2}, {}).has_labels());
}

TEST(Dataset, InfoCanBeReplaced) {
  const Dataset data(counting({3, 2}));
  DatasetInfo info;
  info.note = "why";
  EXPECT_EQ(data.with_info(info).info().note, "why");
  EXPECT_EQ(data.info().note, "");
}

TEST(Dataset, SaysWhatDoesNotFit) {
  expect_error<ShapeError>(
      [] { Dataset(Tensor(Shape{}, {1.0f})); },
      "Dataset: features must have a rows axis (expected rank 1 or more, found rank 0).");
  expect_error<ShapeError>(
      [] {
        Dataset(counting({3, 2}), std::vector<std::int32_t>{1, 2});
      },
      "Dataset: labels must have one entry a row (expected 3, found 2).");
  expect_error<DataError>(
      [] {
        Dataset(counting({3, 2}), std::vector<std::int32_t>{1, -2, 0});
      },
      "Dataset: the label of row 1 is negative (expected 0 or more, found -2). Number the classes from 0.");
  expect_error<ShapeError>(
      [] {
        Dataset(counting({3, 2}), counting({2, 2}));
      },
      "Dataset: targets must have one entry a row (expected 3, found 2).");
  expect_error<ShapeError>(
      [] {
        Dataset(counting({3, 2}), counting({3, 2, 1}));
      },
      "Dataset: targets must have rank 1 or 2 (expected (rows, units), found (3, 2, 1)).");
  expect_error<ShapeError>(
      [] {
        Dataset::from_bytes({3}, {1, 2, 3, 4}, {});
      },
      "Dataset: the bytes must be whole rows (expected a multiple of 3, found 4).");
  expect_error<ShapeError>([] { Dataset::from_bytes({0}, {}, {}); },
                           "Dataset: the bytes must be whole rows (expected a multiple of 0, found 0).");
  expect_error<DataError>(
      [] {
        (void)Dataset(counting({3, 2})).labels();
      },
      "Dataset: the data has no labels.");
  expect_error<DataError>(
      [] {
        (void)Dataset(counting({3, 2})).targets();
      },
      "Dataset: the data has no targets.");
}

TEST(Dataset, RefusesRowsItDoesNotHave) {
  const Dataset data(counting({3, 2}));
  expect_error<ShapeError>([&] { data.slice(1, 4); },
                           "Dataset: no such rows (expected 0 <= begin <= end <= 3, found [1, 4)).");
  EXPECT_THROW(data.slice(-1, 2), ShapeError);
  EXPECT_THROW(data.slice(2, 1), ShapeError);
  EXPECT_THROW(data.slice(1, 2).slice(0, 2), ShapeError);  // the slice's own rows count
  EXPECT_THROW(data.split_at(4), ShapeError);
  EXPECT_THROW(data.split_at(-1), ShapeError);
}

TEST(Dataset, RefusesAScalingOfAnotherWidth) {
  expect_error<ShapeError>(
      [] {
        Dataset(counting({3, 2})).with_scaling(scaling({1, 1, 1}, {0, 0}));
      },
      "Dataset: the scaling must have one entry for each feature (expected 2, found 3 and 2).");
}

TEST(Dataset, RowsCanBeReadAsAnotherShape) {
  const Dataset data(Tensor({2, 2, 3}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}));
  const Dataset images = data.with_row_shape({2, 3, 1});
  EXPECT_EQ(images.row_shape(), Shape({2, 3, 1}));
  EXPECT_EQ(images.to_tensor(), data.to_tensor().reshape({2, 2, 3, 1}));
  expect_error<ShapeError>(
      [&] {
        data.with_row_shape({2, 2});
      },
      "Dataset: the rows cannot be read as (2, 2) (expected 6 features, found 4).");
}

}  // namespace
}  // namespace regulus
