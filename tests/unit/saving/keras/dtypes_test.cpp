// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/keras/dtypes.h"

#include <gtest/gtest.h>

#include "regulus/base/error.h"
#include "support/expect.h"

namespace regulus::keras {
namespace {

using testing::expect_error;

TEST(Dtypes, PoliciesAreSaidOnce) {
  Policies policies;
  policies.take("float32", "w");
  policies.take(nullptr, "w");
  EXPECT_EQ(policies.notice(), "");
  const Value::Dict mixed = {{"class_name", "Policy"}, {"config", Value::Dict{{"name", "mixed_float16"}}}};
  policies.take(mixed, "w");
  policies.take(mixed, "w");
  EXPECT_EQ(policies.notice(),
            "the file's dtype policy is mixed_float16: everything is computed in float32.");
  expect_error<ConfigError>(
      [&] { policies.take("int8", "w"); },
      "w: its dtype policy is not read (found int8). Save the model with a policy of floats.");
}

TEST(Dtypes, InputsAreNumbers) {
  for (const char* name : {"float32", "uint8", "int64", "bool", "bfloat16"})
    EXPECT_NO_THROW(require_numeric_input(name, "w")) << name;
  expect_error<ConfigError>([] { require_numeric_input("string", "w"); },
                            "w: its input is not numbers (found string).");
}

}  // namespace
}  // namespace regulus::keras
