// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/json.h"

#include <cmath>
#include <limits>

#include "support/expect.h"

namespace regulus {
namespace {

using testing::expect_error;

Value parsed(std::string_view text) {
  return parse_json(text, "f.json");
}
void expect_refused(std::string_view text, const std::string& problem) {
  expect_error<DataError>([&] { parsed(text); }, "f.json: " + problem);
}

const std::string kSample =
    R"({"name":"sequential","layers":[{"class_name":"Dense","config":{"units":300,"rate":-0.25,"use_bias":true,)"
    R"("seed":null,"trainable":false}},[],{}],"note":"quote \" slash \\ \/ tab \t é \u00e9 \ud83d\ude00",)"
    R"("big":9223372036854775807,"small":1e-7,"exp":1.5E+10})";

TEST(ParseJson, ReadsEveryKindOfValue) {
  EXPECT_EQ(parsed("null"), Value());
  EXPECT_EQ(parsed(" true "), Value(true));
  EXPECT_EQ(parsed("-12"), Value(-12));
  EXPECT_EQ(parsed("9223372036854775807"), Value(std::numeric_limits<std::int64_t>::max()));
  EXPECT_EQ(parsed("-9223372036854775808"), Value(std::numeric_limits<std::int64_t>::min()));
  EXPECT_EQ(parsed("1.0"), Value(1.0));
  EXPECT_EQ(parsed("1e3"), Value(1000.0));
  EXPECT_EQ(parsed("\"a\\u0041\\n\""), Value("aA\n"));
  EXPECT_EQ(parsed("[1,[],{}]"), Value(Value::List{1, Value::List{}, Value::Dict{}}));
  EXPECT_EQ(parsed("{\"b\":1,\"a\":2}"), Value(Value::Dict{{"b", 1}, {"a", 2}})) << "keys stay in order";
  EXPECT_EQ(parsed(kSample).at("layers").as_list()[0].at("config").at("units").as_int(), 300);
}

TEST(ParseJson, AnIntegerBeyondInt64IsADouble) {
  EXPECT_EQ(parsed("9223372036854775808"), Value(9223372036854775808.0));
  EXPECT_EQ(parsed("18446744073709551616"), Value(18446744073709551616.0));
  EXPECT_EQ(parsed("-9223372036854775809"), Value(-9223372036854775808.0));
}

TEST(ParseJson, EveryTruncationIsRefused) {
  for (std::size_t size = 0; size < kSample.size(); ++size)
    EXPECT_THROW(parsed(std::string_view(kSample).substr(0, size)), DataError) << size;
  expect_refused("", "the JSON ends too early, at byte 0.");
  expect_refused(kSample.substr(0, 20), "the JSON ends too early, at byte 20.");
}

TEST(ParseJson, EveryFlippedBitIsRefusedOrAnotherValue) {
  for (std::size_t i = 0; i < kSample.size(); ++i)
    for (int bit = 0; bit < 8; ++bit) {
      std::string text = kSample;
      text[i] = static_cast<char>(text[i] ^ (1 << bit));
      try {
        to_json(parsed(text));
      } catch (const DataError& error) {
        EXPECT_TRUE(std::string(error.what()).starts_with("f.json: ")) << error.what();
      }
    }
}

TEST(ParseJson, NamesWhatIsWrong) {
  expect_refused("{\"a\" 1}", "not valid JSON at byte 5 (found 1}).");
  expect_refused("[1,]", "not valid JSON at byte 3 (found ]).");
  expect_refused("[1] 2", "not valid JSON at byte 4 (found 2).");
  for (const char* text :
       {"NaN", "[Infinity]", "[0x10]", "[+1]", "[01]", "['a']", "{a:1}", "[1 /* */]", "//\n1", "[1,,2]",
        "{\"a\":1,}", "[\"\x01\"]", "[\"\\x41\"]", "[\"\\ud800\"]", "[1e]", "[.5]"})
    EXPECT_THROW(parsed(text), DataError) << text;
}

TEST(ParseJson, InvalidUtf8IsRefusedAndShownEscaped) {
  expect_refused("\"a\xff\"", "not valid JSON at byte 2 (found \\xff\").");
  for (const char* bytes : {"\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\x80"})
    EXPECT_THROW(parsed("\"" + std::string(bytes) + "\""), DataError);
  EXPECT_THROW(parsed(std::string_view("\"a\0\"", 4)), DataError);
}

TEST(ParseJson, KeysMustBeUnique) {
  expect_refused("{\"a\":1,\"b\":2,\"a\":3}", "a JSON object has a key twice (found a).");
  expect_refused("[{\"x\":{\"k\":1,\"\\u006b\":2}}]", "a JSON object has a key twice (found k).");
  EXPECT_NO_THROW(parsed("[{\"a\":1},{\"a\":{\"a\":2}}]"));
}

TEST(ParseJson, NumbersMustBeFinite) {
  expect_refused("[1e999]", "a number is too large (expected a finite double, found 1e999).");
  expect_refused("-1e999", "a number is too large (expected a finite double, found -1e999).");
  EXPECT_THROW(parsed(std::string(400, '9')), DataError);
  EXPECT_EQ(parsed("1.7976931348623157e308"), Value(std::numeric_limits<double>::max()));
  EXPECT_EQ(parsed("1e-999"), Value(0.0));
}

TEST(ParseJson, NestingIsLimited) {
  const auto nested = [](int levels) {
    return std::string(static_cast<std::size_t>(levels), '[') +
           std::string(static_cast<std::size_t>(levels), ']');
  };
  EXPECT_NO_THROW(parsed(nested(64)));
  expect_refused(nested(65), "the JSON is nested too deeply (expected at most 64 levels).");
  expect_refused(std::string(1000000, '['), "the JSON is nested too deeply (expected at most 64 levels).");
  std::string objects;
  for (int i = 0; i < 65; ++i) objects += "{\"a\":";
  expect_refused(objects, "the JSON is nested too deeply (expected at most 64 levels).");
}

TEST(ParseJson, SizeIsLimited) {
  const std::string text = "\"" + std::string((96 << 20) - 2, 'x') + "\"";
  EXPECT_EQ(parsed(text).as_string().size(), text.size() - 2);
  expect_refused(text + " ", "the JSON is too large (expected at most 100663296 bytes, found 100663297).");
  std::string zeros = "[0";
  for (int i = 0; i < (1 << 20); ++i) zeros += ",0";
  expect_refused(zeros, "too many values in the JSON (expected at most 1048576).");
}

TEST(ToJson, IsCompactOrIndented) {
  const Value value = Value::Dict{{"a", Value::List{1, 2.5}}, {"b", Value::Dict{}}, {"c", Value::List{}}};
  EXPECT_EQ(to_json(value), R"({"a":[1,2.5],"b":{},"c":[]})");
  EXPECT_EQ(to_json(value, 2), "{\n  \"a\": [\n    1,\n    2.5\n  ],\n  \"b\": {},\n  \"c\": []\n}");
}

TEST(ToJson, NumbersAreTheShortestThatRoundTrip) {
  EXPECT_EQ(to_json(0.1), "0.1");
  EXPECT_EQ(to_json(1.0), "1.0") << "stays a double";
  EXPECT_EQ(to_json(-0.0), "-0.0");
  EXPECT_EQ(to_json(1e-7), "1e-07");
  EXPECT_EQ(to_json(1e300), "1e+300");
  EXPECT_EQ(to_json(300), "300");
  EXPECT_EQ(to_json(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(to_json(std::nan("")), "null");
  EXPECT_EQ(to_json(-std::numeric_limits<double>::infinity()), "null");
  for (const double v :
       {5e-324, 2.2250738585072014e-308, 1.0 / 3, 123456789.123456789, 1.7976931348623157e308})
    EXPECT_EQ(parsed(to_json(v)), Value(v));
}

TEST(ToJson, StringsAreEscapedAndAlwaysValid) {
  EXPECT_EQ(to_json("a\"b\\c\n\x01\x7f é"), "\"a\\\"b\\\\c\\n\\u0001\\u007f é\"");
  EXPECT_EQ(to_json("\xff!"), "\"\\ufffd!\"");
  EXPECT_EQ(to_json(std::string("\0", 1)), "\"\\u0000\"");
  // What is not seen is said, so that a document cannot drive a terminal; it is the same text again.
  const std::string unseen = "\xc2\x9b \xe2\x80\xae \xf3\xa0\x80\x81";
  EXPECT_EQ(to_json(unseen), "\"\\u009b \\u202e \\udb40\\udc01\"");
  EXPECT_EQ(parsed(to_json(unseen)), Value(unseen));
  std::string every;
  for (int c = 1; c < 128; ++c) every += static_cast<char>(c);
  EXPECT_EQ(parsed(to_json(every)), Value(every));
}

TEST(ToJson, RoundTripsTheSample) {
  const Value value = parsed(kSample);
  EXPECT_EQ(parsed(to_json(value)), value);
  EXPECT_EQ(parsed(to_json(value, 2)), value);
}

}  // namespace
}  // namespace regulus
