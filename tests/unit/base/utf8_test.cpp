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

// Unicode 15's categories Cc, Zl, Zp and Cf, but for the format characters of Arabic, Kaithi, hieroglyphs and
// music, which are seen or stand between their own letters.
TEST(Utf8, WhatIsNotSeen) {
  const auto unseen = [](unsigned code) {
    const std::string text = encoded(code);
    return is_unseen("x" + text + "y", 1, text.size());
  };
  for (const unsigned code : {0x00u,   0x09u,   0x0Au,   0x1Bu,   0x7Fu,   0x80u,    0x9Bu,   0x9Fu,
                              0xADu,   0x61Cu,  0x200Bu, 0x200Eu, 0x200Fu, 0x2028u,  0x2029u, 0x202Au,
                              0x202Eu, 0x2060u, 0x2066u, 0x2069u, 0xFEFFu, 0xE0001u, 0xE007Fu})
    EXPECT_TRUE(unseen(code)) << std::hex << code;
  for (const unsigned code : {0x20u, 0x7Eu, 0xA0u, 0xACu, 0xAEu, 0xE9u, 0x2010u, 0x2027u, 0x202Fu, 0x2070u,
                              0x4E2Du, 0x1F600u, 0xE0080u})
    EXPECT_FALSE(unseen(code)) << std::hex << code;
}

TEST(Utf8, AWholeTextIsChecked) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("a\0 \xc3\xa9 \xf0\x9f\x98\x80"));
  EXPECT_FALSE(is_utf8("a\xff"));
  EXPECT_FALSE(is_utf8("\xc3"));
}

}  // namespace
}  // namespace regulus
