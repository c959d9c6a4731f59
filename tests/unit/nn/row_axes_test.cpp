// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/row_axes.h"

#include <gtest/gtest.h>

#include "support/expect.h"

namespace regulus {
namespace {

using Axes = std::vector<std::size_t>;
using testing::expect_error;

TEST(RowAxes, CountFromTheBatchOrFromTheEnd) {
  const Shape row{28, 20, 3};
  EXPECT_EQ(RowAxes(-1).of_row(row, "L"), (Axes{2}));
  EXPECT_EQ(RowAxes(1).of_row(row, "L"), (Axes{0}));
  EXPECT_EQ((RowAxes{3, -3}).of_row(row, "L"), (Axes{0, 2}));
  EXPECT_EQ(RowAxes().of_row(row, "L"), (Axes{}));
  EXPECT_EQ((RowAxes{3, 1}).count(), 2u);
}

TEST(RowAxes, AreReadAndStoredAsKerasWritesThem) {
  const Value config = Value::Dict{{"one", -1}, {"list", Value::List{2, 1}}, {"single", Value::List{2}}};
  ConfigReader reader("L", config);
  for (const char* key : {"one", "list", "single"})
    EXPECT_EQ(RowAxes::read(reader, key, 7).value(), config.at(key)) << key;
  EXPECT_EQ(RowAxes::read(reader, "missing", 7).value(), Value(7));
  EXPECT_EQ(RowAxes(-1).list(), Value(Value::List{-1}));
  EXPECT_EQ(RowAxes().value(), Value(Value::List{}));
}

TEST(RowAxes, SayWhatIsWrong) {
  for (const std::int64_t axis : {0, 3, -3})
    expect_error<ShapeError>(
        [&] {
          RowAxes(axis).of_row({4, 5}, "L");
        },
        "L: axis " + std::to_string(axis) +
            " is not one of a row's (found (None, 4, 5)). Axis 0, the batch, has none: "
            "rows do not depend on each other.");
  expect_error<ShapeError>(
      [] {
        (RowAxes{1, -2}).of_row({4, 5}, "L");
      },
      "L: axis 1 is given twice (found (None, 4, 5)).");
  const auto read = [](Value axis) {
    const Value config = Value::Dict{{"axis", std::move(axis)}};
    ConfigReader reader("L", config);
    RowAxes::read(reader, "axis", -1);
  };
  expect_error<ConfigError>([&] { read("last"); },
                            "L: axis must be an integer or a list of integers, got \"last\".");
  expect_error<ConfigError>(
      [&] {
        read(Value::List{1, 0.5});
      },
      "L: axis must be an integer or a list of integers, got 0.5.");
}

}  // namespace
}  // namespace regulus
