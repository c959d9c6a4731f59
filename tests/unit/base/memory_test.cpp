// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/memory.h"

#include <gtest/gtest.h>

#include "regulus/base/limits.h"
#include "regulus/base/sizes.h"
#include "support/expect.h"

namespace regulus {
namespace {

using testing::expect_error;

TEST(Memory, BytesAreSaidInPowersOfAThousand) {
  EXPECT_EQ(bytes_text(0), "0 bytes");
  EXPECT_EQ(bytes_text(999), "999 bytes");
  EXPECT_EQ(bytes_text(1000), "1 KB");
  EXPECT_EQ(bytes_text(1999), "1.9 KB");
  EXPECT_EQ(bytes_text(999'999), "999.9 KB");
  EXPECT_EQ(bytes_text(64 << 20), "67.1 MB");
  EXPECT_EQ(bytes_text(6'400'000'000), "6.4 GB");
  EXPECT_EQ(bytes_text(kTooLarge - 1), "9.2 EB");
  EXPECT_EQ(bytes_text(kTooLarge), "more than 9.2 EB");
}

TEST(Memory, IsGrantedWithinTheBudget) {
  EXPECT_NO_THROW(require_memory(0, "a", "b"));
  EXPECT_NO_THROW(require_memory(1 << 20, "a", "b"));
}

TEST(Memory, IsRefusedBeyondIt) {
  const std::string budget = bytes_text(static_cast<std::int64_t>(memory_budget()));
  expect_error<MemoryError>(
      [] { require_memory(kTooLarge, "layer \"d\"", "it is too large", "Make it smaller."); },
      "layer \"d\": it is too large (expected at most " + budget +
          ", 80 % of the memory there is, found more than 9.2 EB). Make it smaller.");
  EXPECT_THROW(require_memory(static_cast<std::int64_t>(memory_budget()) + 1, "a", "b"), MemoryError);
}

}  // namespace
}  // namespace regulus
