// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/value.h"

#include "support/expect.h"

namespace regulus {
namespace {

using testing::expect_error;

TEST(Value, KnowsItsType) {
  EXPECT_TRUE(Value().is_null());
  EXPECT_TRUE(Value(nullptr).is_null());
  EXPECT_TRUE(Value(true).is_bool());
  EXPECT_TRUE(Value(3).is_int());
  EXPECT_TRUE(Value(3).is_number());
  EXPECT_FALSE(Value(3.0).is_int());
  EXPECT_TRUE(Value(3.0).is_number());
  EXPECT_TRUE(Value("text").is_string()) << "a literal is no boolean";
  EXPECT_TRUE(Value(Value::List{}).is_list());
  EXPECT_TRUE(Value(Value::Dict{}).is_dict());
}

TEST(Value, GivesWhatItHolds) {
  EXPECT_EQ(Value(true).as_bool(), true);
  EXPECT_EQ(Value(std::int64_t{1} << 60).as_int(), std::int64_t{1} << 60);
  EXPECT_EQ(Value(0.1).as_double(), 0.1);
  EXPECT_EQ(Value(3).as_double(), 3.0) << "an integer is a number";
  EXPECT_EQ(Value("text").as_string(), "text");
  EXPECT_EQ(Value(Value::List{1, "a"}).as_list().size(), 2u);
}

TEST(Value, NamesTheTypesThatDiffer) {
  const auto text = [](const char* expected, const char* found) {
    return std::string("config: a value has the wrong type (expected ") + expected + ", found " + found +
           ").";
  };
  expect_error<ConfigError>([] { Value().as_bool(); }, text("a boolean", "null"));
  expect_error<ConfigError>([] { Value(1.5).as_int(); }, text("an integer", "a number"));
  expect_error<ConfigError>([] { Value(true).as_int(); }, text("an integer", "a boolean"));
  expect_error<ConfigError>([] { Value("1").as_double(); }, text("a number", "a string"));
  expect_error<ConfigError>([] { Value(1).as_string(); }, text("a string", "an integer"));
  expect_error<ConfigError>([] { Value(Value::Dict{}).as_list(); }, text("a list", "a dict"));
  expect_error<ConfigError>([] { Value(Value::List{}).as_dict(); }, text("a dict", "a list"));
  expect_error<ConfigError>([] { Value(1).find("a"); }, text("a dict", "an integer"));
}

TEST(Value, FindsMembersByName) {
  const Value value = Value::Dict{{"rate", 0.2}, {"seed", nullptr}};
  ASSERT_NE(value.find("rate"), nullptr);
  EXPECT_EQ(value.find("rate")->as_double(), 0.2);
  EXPECT_TRUE(value.at("seed").is_null());
  EXPECT_EQ(value.find("rat"), nullptr);
  expect_error<ConfigError>([&] { value.at("units"); }, "config: \"units\" is missing.");
}

TEST(Value, EqualityIsExact) {
  EXPECT_EQ(Value(Value::List{1, "a", nullptr}), Value(Value::List{1, "a", nullptr}));
  EXPECT_NE(Value(1), Value(1.0));
  EXPECT_NE(Value(false), Value(0));
  EXPECT_NE(Value(Value::Dict{{"a", 1}, {"b", 2}}), Value(Value::Dict{{"b", 2}, {"a", 1}})) << "order counts";
}

}  // namespace
}  // namespace regulus
