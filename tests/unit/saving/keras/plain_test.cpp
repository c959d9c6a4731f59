// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/keras/plain.h"

#include <gtest/gtest.h>

#include "regulus/base/json.h"

namespace regulus::keras {
namespace {

TEST(Plain, PythonsObjectsAreWhatIsInThem) {
  const auto is = [](const char* wrapped, const char* inside) {
    EXPECT_EQ(plain(parse_json(wrapped, "j")), parse_json(inside, "j")) << wrapped;
  };
  is(R"({"a": {"class_name": "__tuple__", "items": [null, 3]}})", R"({"a": [null, 3]})");
  is(R"({"class_name": "TensorShape", "items": [2]})", "[2]");
  is(R"([{"class_name": "__numpy__", "config": {"value": [1.5], "dtype": "float64"}}])", "[[1.5]]");
  is(R"({"type": "ndarray", "value": 0.25})", "0.25");
  is(R"({"class_name": "Dense", "config": {"units": 2}})",
     R"({"class_name": "Dense", "config": {"units": 2}})");
}

}  // namespace
}  // namespace regulus::keras
