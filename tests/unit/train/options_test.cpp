// SPDX-License-Identifier: Apache-2.0
#include "regulus/train/options.h"

#include <gtest/gtest.h>

#include "regulus/base/error.h"
#include "support/golden.h"

namespace regulus {
namespace {

TEST(Verbose, TakesKerasLevels) {
  EXPECT_TRUE(Verbose("auto").is_auto());
  for (int level : {0, 1, 2}) EXPECT_EQ(Verbose(level).level(), level);
  EXPECT_EQ(Verbose("2").level(), 2);
  EXPECT_FALSE(Verbose(0).is_auto());
}

TEST(Verbose, RefusesEverythingElse) {
  testing::expect_error<ConfigError>([] { Verbose(3); },
                                     "verbose: is not known (expected 0, 1, 2 or \"auto\", found 3).");
  testing::expect_error<ConfigError>([] { Verbose("loud"); },
                                     "verbose: is not known (expected 0, 1, 2 or \"auto\", found \"loud\").");
}

}  // namespace
}  // namespace regulus
