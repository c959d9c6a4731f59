// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/identifier.h"

#include <gtest/gtest.h>

#include "support/expect.h"

namespace regulus {
namespace {

constexpr std::string_view kKnown[] = {"HeNormal", "Zeros"};
constexpr Alias kAliases[] = {{"zero", "Zeros"}};

TEST(Identifier, IsTheNameItsSnakeCaseOrAnAlias) {
  for (const char* written : {"HeNormal", "he_normal"})
    EXPECT_EQ(resolve_identifier("Kind", written, kKnown, kAliases), "HeNormal");
  EXPECT_EQ(resolve_identifier("Kind", "zero", kKnown, kAliases), "Zeros");
}

TEST(Identifier, UnknownOnesSayTheNearestOrAll) {
  using testing::expect_error;
  expect_error<ConfigError>([] { resolve_identifier("Kind", "he_norma", kKnown, kAliases); },
                            "Kind: \"he_norma\" is not known. Did you mean \"he_normal\"?");
  expect_error<ConfigError>([] { resolve_identifier("Kind", "", kKnown, kAliases); },
                            "Kind: \"\" is not known. Known: he_normal, zeros, zero.");
  expect_error<ConfigError>([] { throw_unknown("Kind", "a\nb", kKnown); },
                            "Kind: \"a\\x0ab\" is not known. Known: HeNormal, Zeros.");
}

}  // namespace
}  // namespace regulus
