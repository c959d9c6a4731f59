// SPDX-License-Identifier: Apache-2.0
#include "regulus/runtime/environment.h"

#include <gtest/gtest.h>

#include "support/environment.h"

namespace regulus::runtime {
namespace {

using testing::EnvironmentVariable;

TEST(Environment, AnEmptyValueIsNone) {
  const EnvironmentVariable variable("REGULUS_TEST_VARIABLE", "");
  EXPECT_EQ(environment("REGULUS_TEST_VARIABLE"), std::nullopt);
}

TEST(Environment, GivesTheValueOrNone) {
  EXPECT_EQ(environment("REGULUS_TEST_VARIABLE"), std::nullopt);
  {
    const EnvironmentVariable variable("REGULUS_TEST_VARIABLE", " a b ");
    EXPECT_EQ(environment("REGULUS_TEST_VARIABLE"), " a b ");
  }
  EXPECT_EQ(environment("REGULUS_TEST_VARIABLE"), std::nullopt);
}

}  // namespace
}  // namespace regulus::runtime
