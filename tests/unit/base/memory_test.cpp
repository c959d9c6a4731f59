// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/memory.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <limits>

#include "regulus/base/error.h"
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
TEST(Memory, WhatIsLeftIsAPartOfTheBudget) {
  EXPECT_GT(memory_left(), 0u);
  EXPECT_LT(memory_left(), memory_budget());  // this process holds something
}

TEST(Memory, MoreThanIsLeftIsRefused) {
  EXPECT_NO_THROW(require_memory_to_read(1'000'000, "f.keras", "the file"));
  try {
    require_memory_to_read(std::numeric_limits<std::uint64_t>::max(), "f.keras", "the file");
    FAIL();
  } catch (const DataError& error) {
    EXPECT_TRUE(
        std::string(error.what())
            .starts_with("f.keras: the file is too large for the memory that is left (expected at most "))
        << error.what();
  }
}

#ifndef __SANITIZE_ADDRESS__  // whose shadow is larger than any limit
TEST(Memory, LimitsOfTheProcessCount) {
  for (const auto resource : {RLIMIT_AS, RLIMIT_DATA}) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      constexpr std::uint64_t kLimit = std::uint64_t{512} << 20;
      const rlimit limit = {kLimit, kLimit};
      _exit(setrlimit(resource, &limit) == 0 && memory_left() < kLimit ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
}
#endif

}  // namespace
}  // namespace regulus
