// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/row_limits.h"

#include <gtest/gtest.h>

#include "regulus/base/error.h"
#include "regulus/nn/layers/reshaping/flatten.h"
#include "support/expect.h"

namespace regulus {
namespace {

using testing::expect_error;

TEST(RowLimits, AreThoseOfAnInt32AndOfHdf5) {
  EXPECT_NO_THROW(require_row("m", Shape{1}));
  EXPECT_NO_THROW(require_row("m", Shape{(std::int64_t{1} << 31) - 1}));
  EXPECT_NO_THROW(require_row("m", Shape(std::vector<std::int64_t>(31, 1))));
  expect_error<ShapeError>([] { require_row("m", Shape(std::vector<std::int64_t>(32, 1))); },
                           "m: the rows have too many axes (expected at most 31, found 32).");
  expect_error<ShapeError>(
      [] {
        require_row("m", Shape{1 << 16, 1 << 15});
      },
      "m: the rows must have 1 to 2147483647 features (found (None, 65536, 32768)).");
  expect_error<ShapeError>(
      [] {
        require_row("m", Shape{3, 0});
      },
      "m: the rows must have 1 to 2147483647 features (found (None, 3, 0)).");
}

TEST(RowLimits, NameTheLayer) {
  expect_error<ShapeError>(
      [] {
        require_row(Flatten({.name = "f"}), Shape{2147483647, 1073741824});
      },
      "Flatten \"f\": the rows must have 1 to 2147483647 features (found (None, 2147483647, "
      "1073741824)).");
}

TEST(RowLimits, LayersAndNamesAreWhatAFileMayHold) {
  EXPECT_NO_THROW(require_layer_count("m", 10'000));
  expect_error<ConfigError>([] { require_layer_count("m", 10'001); },
                            "m: it has too many layers (expected at most 10000, found 10001).");
  EXPECT_NO_THROW(require_name("m", "a layer's", std::string(1024, 'n')));
  EXPECT_NO_THROW(require_name("m", "a layer's", "gr\u00fcn"));
  expect_error<ConfigError>([] { require_name("m", "a layer's", std::string(1025, 'n')); },
                            "m: a layer's name is too long (expected at most 1024 bytes, found 1025).");
  expect_error<ConfigError>([] { require_name("m", "a layer's", "gr\xfcn"); },
                            "m: a layer's name must be UTF-8 without NUL (found \"gr\\xfcn\").");
  expect_error<ConfigError>([] { require_name("m", "a layer's", std::string("a\0b", 3)); },
                            "m: a layer's name must be UTF-8 without NUL (found \"a\\x00b\").");
}

}  // namespace
}  // namespace regulus
