// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/channel_numbers.h"

#include <gtest/gtest.h>

#include "regulus/base/error.h"
#include "support/expect.h"

namespace regulus {
namespace {

using testing::expect_error;

TEST(ChannelNumbers, OneForAllOrOneForEach) {
  const Value config =
      Value::Dict{{"a", 2}, {"b", Value::List{1, 0.5}}, {"c", Value::List{}}, {"d", nullptr}};
  ConfigReader reader("R", config);
  const ChannelNumbers one = ChannelNumbers::read(reader, "a", {});
  const ChannelNumbers two = ChannelNumbers::read(reader, "b", {});
  EXPECT_TRUE(one.all());
  EXPECT_EQ(one.value(), Value(2.0));
  EXPECT_EQ(two.numbers(), (std::vector<double>{1, 0.5}));
  EXPECT_EQ(two.value(), Value(Value::List{1.0, 0.5}));
  EXPECT_EQ(ChannelNumbers::read(reader, "missing", 3.0).value(), Value(3.0));
  for (const char* key : {"c", "d"}) EXPECT_THROW(ChannelNumbers::read(reader, key, {}), ConfigError) << key;
  EXPECT_NO_THROW(one.require_fits({4, 5}, "R", "scale"));
  EXPECT_NO_THROW(two.require_fits({4, 2}, "R", "scale"));
  expect_error<ShapeError>(
      [&] {
        two.require_fits({2, 4}, "R", "scale");
      },
      "R: scale must be one number, or one for each index of the last axis (expected 4, "
      "found 2).");
}

}  // namespace
}  // namespace regulus
