// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/keras/input_shape.h"

#include <gtest/gtest.h>

#include "regulus/base/error.h"
#include "regulus/base/json.h"

namespace regulus::keras {
namespace {

TEST(InputShape, OfARow) {
  const auto shape = [](const char* text) { return row_shape(parse_json(text, "j"), "w"); };
  EXPECT_EQ(shape("[null, 28, 28]"), (Shape{28, 28}));
  EXPECT_EQ(shape("[32, 5]"), (Shape{5}));
  for (const char* wrong : {"[]", "7", "[0, 3]", "[\"a\", 3]", "[null, 0]", "[null, -1]"})
    EXPECT_THROW(shape(wrong), ConfigError) << wrong;
  EXPECT_EQ(row_shape(parse_json("[null, null]", "j"), "w", 9), (Shape{9}));
  EXPECT_EQ(shape("[null, null, 3]"), (Shape{Shape::kOpen, 3}));
  EXPECT_EQ(row_shape(parse_json("[null, null, 3]", "j"), "w", 9), (Shape{Shape::kOpen, 3}));
  EXPECT_TRUE(is_known(parse_json("[null, 3]", "j")));
  EXPECT_FALSE(is_known(parse_json("[null, null]", "j")));
}

}  // namespace
}  // namespace regulus::keras
