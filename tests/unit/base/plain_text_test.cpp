// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/plain_text.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstdio>
#include <limits>

namespace regulus {
namespace {

TEST(PlainText, IsPrintfsInTheCLocale) {
  for (const double value : {0.0, -0.0, 1.0, 1234567.891, -0.00012345, 2.5, 3.5, 1e300, 5e-324, -1e-9,
                             std::numeric_limits<double>::infinity()})
    for (const int decimals : {0, 1, 4, 17}) {
      char text[400];
      std::snprintf(text, sizeof text, "%.*f", decimals, value);
      EXPECT_EQ(fixed_text(value, decimals), text);
      std::snprintf(text, sizeof text, "%.*e", decimals, value);
      EXPECT_EQ(exponent_text(value, decimals), text);
    }
}

TEST(PlainText, LowersAsciiAlone) {
  EXPECT_EQ(lower_case("AdamW_\xc3\x84Z9"), "adamw_\xc3\x84z9");
}

TEST(PlainText, KnowsWhatTheSystemSays) {
  EXPECT_EQ(system_message(ENOENT), "No such file or directory");
  EXPECT_EQ(system_message(99999), "error 99999");
}

}  // namespace
}  // namespace regulus
