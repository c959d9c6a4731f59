// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/limits.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace regulus {
namespace {

TEST(Limits, TheBudgetIsAPartOfTheMachinesMemory) {
  const auto machine = static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) *
                       static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  EXPECT_GT(memory_budget(), 0);
  EXPECT_LE(memory_budget(), machine / 5 * 4);
  EXPECT_EQ(Limits().memory, memory_budget());
}

}  // namespace
}  // namespace regulus
