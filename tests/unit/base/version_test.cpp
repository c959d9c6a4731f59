// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/version.h"

#include <gtest/gtest.h>

#include <cstdio>

namespace regulus {
namespace {

TEST(Version, HasThreeNumbers) {
  int major = 0;
  int minor = 0;
  int patch = 0;
  char rest = 0;
  EXPECT_EQ(std::sscanf(version(), "%d.%d.%d%c", &major, &minor, &patch, &rest), 3) << version();
}

}  // namespace
}  // namespace regulus
