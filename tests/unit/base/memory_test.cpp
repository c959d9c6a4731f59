// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/memory.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <limits>

#include "regulus/base/error.h"
#include "regulus/base/limits.h"

namespace regulus {
namespace {

TEST(Memory, WhatIsLeftIsAPartOfTheBudget) {
  EXPECT_GT(memory_left(), 0u);
  EXPECT_LT(memory_left(), memory_budget());  // this process holds something
}

TEST(Memory, MoreThanIsLeftIsRefused) {
  EXPECT_NO_THROW(require_memory(1'000'000, "f.keras", "the file"));
  try {
    require_memory(std::numeric_limits<std::uint64_t>::max(), "f.keras", "the file");
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
