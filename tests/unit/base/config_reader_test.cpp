// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/config_reader.h"

#include <gtest/gtest.h>

#include "support/expect.h"

namespace regulus {
namespace {

using testing::expect_error;

TEST(ConfigReader, ReadsEachTypeAndFallsBack) {
  const Value config = Value::Dict{{"flag", true},
                                   {"whole", 3},
                                   {"real", 0.5},
                                   {"text", "abc"},
                                   {"seed", -1},
                                   {"nothing", nullptr},
                                   {"list", Value::List{3, -1}}};
  ConfigReader reader("Thing", config);
  EXPECT_TRUE(reader.flag("flag", false));
  EXPECT_EQ(reader.integer("whole", 0), 3);
  EXPECT_EQ(reader.number("real", 0), 0.5);
  EXPECT_EQ(reader.text("text", ""), "abc");
  EXPECT_EQ(reader.seed("seed"), std::uint64_t{0xFFFFFFFFFFFFFFFF});
  EXPECT_EQ(reader.integers("list"), (std::vector<std::int64_t>{3, -1}));
  EXPECT_EQ(reader.number("whole", 0), 3);  // an integer is a number too
  EXPECT_TRUE(reader.flag("missing", true));
  EXPECT_EQ(reader.integer("missing", 7), 7);
  EXPECT_EQ(reader.number("missing", 0.25), 0.25);
  EXPECT_EQ(reader.text("missing", "d"), "d");
  for (const char* key : {"nothing", "missing"}) {
    EXPECT_EQ(reader.find(key), nullptr);
    EXPECT_EQ(reader.text(key, ""), "");
    EXPECT_FALSE(reader.optional_number(key).has_value());
    EXPECT_FALSE(reader.seed(key).has_value());
    EXPECT_TRUE(reader.integers(key).empty());
  }
  EXPECT_NO_THROW(reader.finish());
}

TEST(ConfigReader, SaysWhatTypeItWants) {
  const Value config = Value::Dict{{"flag", 1},     {"whole", 3.5},          {"real", "x"},
                                   {"text", false}, {"seed", Value::List{}}, {"list", Value::List{1, 0.5}}};
  ConfigReader reader("Thing \"a\"", config);
  expect_error<ConfigError>([&] { reader.flag("flag", false); },
                            "Thing \"a\": flag must be true or false, got 1.");
  expect_error<ConfigError>([&] { reader.integer("whole", 0); },
                            "Thing \"a\": whole must be an integer, got 3.5.");
  expect_error<ConfigError>([&] { reader.number("real", 0); },
                            "Thing \"a\": real must be a number, got \"x\".");
  expect_error<ConfigError>([&] { reader.text("text", ""); },
                            "Thing \"a\": text must be a string, got false.");
  expect_error<ConfigError>([&] { reader.seed("seed"); },
                            "Thing \"a\": seed must be an integer, got a list.");
  expect_error<ConfigError>([&] { reader.integers("whole"); },
                            "Thing \"a\": whole must be a list of integers, got 3.5.");
  expect_error<ConfigError>([&] { reader.integers("list"); },
                            "Thing \"a\": list must be a list of integers, got 0.5.");
}

TEST(ConfigReader, RefusesWhatNobodyAskedFor) {
  const Value config = Value::Dict{{"units", 3}, {"unitz", 3}};
  ConfigReader reader("Thing", config);
  reader.integer("units", 0);
  expect_error<ConfigError>([&] { reader.finish(); },
                            "Thing: the config key \"unitz\" is not known. Did you mean \"units\"?");
  reader.ignore("unitz");
  EXPECT_NO_THROW(reader.finish());
}

TEST(ConfigReader, RequiresTheOnlyValueThereIs) {
  const Value config = Value::Dict{{"use_ema", true}, {"axis", -1}, {"none", nullptr}};
  ConfigReader reader("Thing", config);
  expect_error<ConfigError>([&] { reader.require_only("use_ema", false); },
                            "Thing: use_ema must be false here, got true.");
  EXPECT_NO_THROW(reader.require_only("axis", -1));
  EXPECT_NO_THROW(reader.require_only("none", 5));
  EXPECT_NO_THROW(reader.require_only("missing", 5));
}

TEST(ConfigReader, WantsADict) {
  const Value config = Value::List{};
  expect_error<ConfigError>([&] { ConfigReader("Thing", config); },
                            "Thing: the config must be a dict, got a list.");
}

// Null is Python's None: it is false, and no number.
TEST(ConfigReader, NullIsNotTheDefault) {
  const Value config = Value::Dict{{"nothing", nullptr}};
  ConfigReader reader("Thing", config);
  EXPECT_FALSE(reader.flag("nothing", true));
  EXPECT_FALSE(reader.flag("nothing", false));
  EXPECT_TRUE(reader.is_null("nothing"));
  EXPECT_FALSE(reader.is_null("missing"));
  expect_error<ConfigError>([&] { reader.integer("nothing", 7); },
                            "Thing: nothing must be an integer, got null.");
  expect_error<ConfigError>([&] { reader.number("nothing", 1); },
                            "Thing: nothing must be a number, got null.");
  expect_error<ConfigError>([&] { reader.text("nothing", "d"); },
                            "Thing: nothing must be a string, got null.");
  expect_error<ConfigError>([&] { reader.required_number("nothing"); },
                            "Thing: nothing must be a number, got null.");
  expect_error<ConfigError>([&] { reader.require_only_not_null("nothing", -1); },
                            "Thing: nothing must be -1, got null.");
  EXPECT_NO_THROW(reader.require_only("nothing", -1));
}

TEST(ConfigReader, WhatIsRequiredIsThere) {
  const Value config = Value::Dict{{"rate", 0.5}, {"units", 3}};
  ConfigReader reader("Thing", config);
  EXPECT_EQ(reader.required_number("rate"), 0.5);
  EXPECT_EQ(reader.required_integer("units"), 3);
  expect_error<ConfigError>([&] { reader.required_number("size"); },
                            "Thing: size is missing. It must be a number.");
}

TEST(ConfigReader, WhatIsKnownIsListedOnce) {
  const Value config = Value::Dict{{"zzzzzz", 1}};
  ConfigReader reader("Thing", config);
  reader.number("rate", 0);
  reader.find("rate");
  expect_error<ConfigError>([&] { reader.finish(); },
                            "Thing: the config key \"zzzzzz\" is not known. Known: rate.");
}

}  // namespace
}  // namespace regulus
