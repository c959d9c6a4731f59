// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/base64.h"

#include <gtest/gtest.h>

namespace regulus {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

// The vectors of RFC 4648, section 10.
TEST(Base64, GivesTheVectorsOfTheStandard) {
  for (const auto& [plain, text] : std::vector<std::pair<std::string, std::string>>{{"", ""},
                                                                                    {"f", "Zg=="},
                                                                                    {"fo", "Zm8="},
                                                                                    {"foo", "Zm9v"},
                                                                                    {"foob", "Zm9vYg=="},
                                                                                    {"fooba", "Zm9vYmE="},
                                                                                    {"foobar", "Zm9vYmFy"}}) {
    EXPECT_EQ(to_base64(bytes_of(plain)), text);
    EXPECT_EQ(from_base64(text), bytes_of(plain));
  }
}

TEST(Base64, BringsEveryByteBack) {
  Bytes all;
  for (int i = 0; i < 256; ++i) all.push_back(static_cast<std::uint8_t>(i * 7));
  EXPECT_EQ(from_base64(to_base64(all)), all);
}

TEST(Base64, ReadsNothingElse) {
  for (const char* text :
       {"Z", "Zg=", "Zg", "Zg==Zg==", "Zm9v\n", "Zm9\n", "Z===", "====", "Zh==", "Zm9=", "Zm-v", " Zm9"})
    EXPECT_FALSE(from_base64(text)) << text;
}

}  // namespace
}  // namespace regulus
