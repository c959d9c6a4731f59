// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/axis_lengths.h"

#include <gtest/gtest.h>

#include "support/expect.h"

namespace regulus {
namespace {

using Lengths = std::vector<std::int64_t>;
using testing::expect_error;

TEST(AxisLengths, OneNumberStandsForAllAxes) {
  EXPECT_EQ(AxisLengths(3).for_axes(2, "L", "strides"), (Lengths{3, 3}));
  EXPECT_EQ((AxisLengths{3, 4}).for_axes(2, "L", "strides"), (Lengths{3, 4}));
  EXPECT_EQ((AxisLengths{3}).for_axes(1, "L", "strides"), (Lengths{3}));
  EXPECT_TRUE(AxisLengths().empty());
}

TEST(AxisLengths, AreReadAsKerasWritesThem) {
  const Value config = Value::Dict{{"one", 3}, {"each", Value::List{3, 4}}, {"none", nullptr}};
  ConfigReader reader("L", config);
  EXPECT_EQ(AxisLengths::read(reader, "one").for_axes(2, "L", "one"), (Lengths{3, 3}));
  EXPECT_EQ(AxisLengths::read(reader, "each").for_axes(2, "L", "each"), (Lengths{3, 4}));
  EXPECT_TRUE(AxisLengths::read(reader, "none").empty());
  EXPECT_EQ(to_value({3, 4}), config.at("each"));
}

TEST(AxisLengths, SayWhatDoesNotFit) {
  expect_error<ConfigError>([] { (AxisLengths{3}).for_axes(2, "L", "strides"); },
                            "L: strides must be 2 integers in [1, 2147483647], got (3).");
  expect_error<ConfigError>([] { AxisLengths(-1).for_axes(1, "L", "strides"); },
                            "L: strides must be one integer in [1, 2147483647], got -1.");
  expect_error<ConfigError>([] { AxisLengths(std::int64_t{1} << 31).for_axes(2, "L", "strides"); },
                            "L: strides must be 2 integers in [1, 2147483647], got 2147483648.");
}

}  // namespace
}  // namespace regulus
