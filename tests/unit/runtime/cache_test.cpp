// SPDX-License-Identifier: Apache-2.0
#include "regulus/runtime/cache.h"

#include <gtest/gtest.h>

namespace regulus {
namespace {

TEST(Cache, SecondLevelHasAPlausibleSize) {
  EXPECT_GE(runtime::second_level_cache(), 64 * 1024);
  EXPECT_LE(runtime::second_level_cache(), 1024 * 1024 * 1024);
  EXPECT_EQ(runtime::second_level_cache(), runtime::second_level_cache());
}

}  // namespace
}  // namespace regulus
