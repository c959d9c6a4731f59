// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace regulus {
namespace {

// The encoding of a code point by its definition, whether or not it may be encoded.
std::string encoded(unsigned code) {
  const auto byte = [](unsigned v) { return static_cast<char>(v); };
  if (code < 0x80) return {byte(code)};
  if (code < 0x800) return {byte(0xC0 | code >> 6), byte(0x80 | (code & 63))};
  if (code < 0x10000)
    return {byte(0xE0 | code >> 12), byte(0x80 | (code >> 6 & 63)), byte(0x80 | (code & 63))};
  return {byte(0xF0 | code >> 18), byte(0x80 | (code >> 12 & 63)), byte(0x80 | (code >> 6 & 63)),
          byte(0x80 | (code & 63))};
}

TEST(Utf8, EveryCodePointButTheSurrogates) {
  for (unsigned code = 0; code < 0x120000; ++code) {
    const bool valid = code <= 0x10FFFF && !(code >= 0xD800 && code <= 0xDFFF);
    const std::string text = encoded(code);
    ASSERT_EQ(utf8_length(text, 0), valid ? text.size() : 0) << code;
  }
}

TEST(Utf8, RefusesOverlongForms) {
  EXPECT_EQ(utf8_length("\xc0\x80", 0), 0u);
  EXPECT_EQ(utf8_length("\xc1\xbf", 0), 0u);
  EXPECT_EQ(utf8_length("\xe0\x9f\xbf", 0), 0u);
  EXPECT_EQ(utf8_length("\xf0\x8f\xbf\xbf", 0), 0u);
  EXPECT_EQ(utf8_length("\xf5\x80\x80\x80", 0), 0u);
}

TEST(Utf8, LooksNoFurtherThanTheText) {
  for (const unsigned code : {0xE4u, 0x20ACu, 0x1F600u}) {
    const std::string whole = encoded(code);
    for (std::size_t size = 1; size < whole.size(); ++size)
      EXPECT_EQ(utf8_length(std::string_view(whole).substr(0, size), 0), 0u);
    EXPECT_EQ(utf8_length("x" + whole + "y", 1), whole.size());
    EXPECT_EQ(utf8_length(whole, 1), 0u) << "from the middle";
  }
}

TEST(Utf8, AWholeTextIsChecked) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("a\0 \xc3\xa9 \xf0\x9f\x98\x80"));
  EXPECT_FALSE(is_utf8("a\xff"));
  EXPECT_FALSE(is_utf8("\xc3"));
}

}  // namespace
}  // namespace regulus
