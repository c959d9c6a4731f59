// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/check.h"

#include <gtest/gtest.h>

#include <cmath>

#include "support/expect.h"

namespace regulus {
namespace {

TEST(Check, NumbersAreAsShortAsTheyReadBack) {
  EXPECT_EQ(number_text(0.1), "0.1");
  EXPECT_EQ(number_text(1.2), "1.2");
  EXPECT_EQ(number_text(-3), "-3");
  EXPECT_EQ(number_text(1e-7), "1e-07");
  EXPECT_EQ(number_text(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(number_text(std::nan("")), "nan");
  EXPECT_EQ(number_text(-INFINITY), "-inf");
}

TEST(Check, RequireNumberSaysRuleAndValue) {
  EXPECT_NO_THROW(require_number(true, "Dropout", "rate must be in [0, 1]", 0.5));
  testing::expect_error<ConfigError>(
      [] { require_number(false, "Dropout \"d\"", "rate must be in [0, 1]", 1.2); },
      "Dropout \"d\": rate must be in [0, 1], got 1.2.");
}

}  // namespace
}  // namespace regulus
