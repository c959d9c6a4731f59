// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/keras/members.h"

#include <gtest/gtest.h>

#include "regulus/base/error.h"
#include "regulus/base/json.h"
#include "support/expect.h"

namespace regulus::keras {
namespace {

using testing::expect_error;

TEST(Members, AreThereOrNot) {
  const Value dict = parse_json(R"({"a": "x", "b": null, "c": 7})", "j");
  EXPECT_EQ(required_text(dict, "a", "w"), "x");
  EXPECT_EQ(text_or_empty(dict, "c"), "");
  EXPECT_EQ(find_member(dict, "b"), nullptr);
  EXPECT_EQ(find_member(Value(7), "b"), nullptr);
  expect_error<ConfigError>([&] { required(dict, "b", "w"); }, "w: b is missing.");
  expect_error<ConfigError>([&] { required_text(dict, "c", "w"); }, "w: c must be a string (found 7).");
}

TEST(Members, ALayerIsNumberedAndNamed) {
  EXPECT_EQ(layer_where(parse_json(R"({"class_name": "LSTM", "config": {"name": "lstm"}})", "j"), 3),
            "layer 3 \"lstm\" (LSTM)");
  EXPECT_EQ(layer_where(Value(7), 1), "layer 1");
}

}  // namespace
}  // namespace regulus::keras
