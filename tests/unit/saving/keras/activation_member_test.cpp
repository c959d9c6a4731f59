// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/keras/activation_member.h"

#include <gtest/gtest.h>

#include "regulus/base/error.h"
#include "regulus/base/json.h"

namespace regulus::keras {
namespace {

TEST(ActivationMember, NamesFunctionsAndLayers) {
  const auto parsed = [](const char* text) { return parse_json(text, "j"); };
  EXPECT_EQ(activation_name("relu", "w"), Value("relu"));
  EXPECT_EQ(activation_name("softmax_v2", "w"), Value("softmax"));
  EXPECT_EQ(activation_name(parsed(R"({"module": "builtins", "class_name": "function", "config": "tanh",
                                       "registered_name": "tanh"})"),
                            "w"),
            Value("tanh"));
  const Value layer = parsed(R"({"module": "keras.layers", "class_name": "ReLU", "config": {}})");
  EXPECT_TRUE(is_activation_layer(layer));
  EXPECT_FALSE(is_activation_layer("relu"));
  for (const char* own : {R"({"module": "__main__", "class_name": "function", "config": "tanh"})",
                          R"({"module": "builtins", "class_name": "function", "config": "f",
                              "registered_name": "my>f"})",
                          R"({"class_name": "__lambda__", "config": {"value": "x"}})"})
    EXPECT_THROW(activation_name(parsed(own), "w"), ConfigError) << own;
}

}  // namespace
}  // namespace regulus::keras
