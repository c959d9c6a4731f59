// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/data_error.h"

#include <gtest/gtest.h>

#include "support/expect.h"

namespace regulus {
namespace {

TEST(DataErrorParts, MakeOneLine) {
  testing::expect_error<DataError>(
      [] { throw_data("f.npy", "it is cut", "8 bytes", "3", "Fetch it again."); },
      "f.npy: it is cut (expected 8 bytes, found 3). Fetch it again.");
  testing::expect_error<DataError>([] { throw_data("f.npy", "it is empty"); }, "f.npy: it is empty.");
}

TEST(CountText, ShowsWhatNoInt64HoldsAsTheLargest) {
  EXPECT_EQ(count_text(0), "0");
  EXPECT_EQ(count_text(60000), "60,000");
  EXPECT_EQ(count_text(INT64_MAX), "9,223,372,036,854,775,807");
  EXPECT_EQ(count_text(UINT64_MAX), "9,223,372,036,854,775,807");
}

}  // namespace
}  // namespace regulus
