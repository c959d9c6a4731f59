// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/array.h"

#include <gtest/gtest.h>

#include <cmath>

#include "regulus/base/error.h"
#include "support/expect.h"

namespace regulus::io {
namespace {

using testing::expect_error;

Array half(DType dtype, std::vector<std::uint16_t> bits) {
  std::vector<std::uint8_t> bytes;
  for (const std::uint16_t v : bits) {
    bytes.push_back(static_cast<std::uint8_t>(v));
    bytes.push_back(static_cast<std::uint8_t>(v >> 8));
  }
  return owning_array(dtype, Shape{static_cast<std::int64_t>(bits.size())}, std::move(bytes));
}

// IEEE 754-2019, table 3.5: sign, exponent and mantissa of binary16; edges written out.
TEST(Array, HalfPrecisionIsWidenedExactly) {
  const Tensor x = to_tensor(half(DType::kFloat16, {0x0000, 0x8000, 0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001,
                                                    0x03ff, 0x7c00, 0xfc00, 0x3555, 0x7e00}));
  const float expected[] = {0,        -0.0f,      1,        -2,        65504,          0x1p-14f,
                            0x1p-24f, 0x3ffp-24f, INFINITY, -INFINITY, 0.333251953125f};
  for (std::size_t i = 0; i < std::size(expected); ++i) EXPECT_EQ(x.values()[i], expected[i]) << i;
  EXPECT_TRUE(std::signbit(x.values()[1]));
  EXPECT_TRUE(std::isnan(x.values()[11]));
  const Tensor b = to_tensor(half(DType::kBfloat16, {0x3f80, 0xc040, 0x7f80}));
  EXPECT_EQ(b, Tensor(Shape{3}, {1, -3, INFINITY}));
}

TEST(Array, EveryIntegerTypeAndByteOrder) {
  EXPECT_EQ(to_tensor(owning_array(DType::kInt8, Shape{2}, {0x80, 0x7f})), Tensor(Shape{2}, {-128, 127}));
  EXPECT_EQ(to_tensor(owning_array(DType::kBool, Shape{2}, {0, 7})), Tensor(Shape{2}, {0, 1}));
  Array big = owning_array(DType::kInt16, Shape{2}, {0x01, 0x02, 0xff, 0xfe});
  big.big_endian = true;
  EXPECT_EQ(to_tensor(big), Tensor(Shape{2}, {258, -2}));
  EXPECT_EQ(to_integers(big, "f"), (std::vector<std::int64_t>{258, -2}));
  const std::vector<std::int64_t> large = {INT64_MIN, INT64_MAX};
  EXPECT_EQ(to_integers(to_array(Shape{2}, large), "f"), large);
}

TEST(Array, ColumnMajorIsTurned) {
  // NumPy: np.arange(6).reshape(2, 3).flatten(order='F') == [0, 3, 1, 4, 2, 5]
  Array array = owning_array(DType::kUint8, Shape{2, 3}, {0, 3, 1, 4, 2, 5});
  array.column_major = true;
  EXPECT_EQ(to_tensor(array), Tensor(Shape({2, 3}), {0, 1, 2, 3, 4, 5}));
  // np.arange(12).reshape(2, 3, 2).flatten(order='F')
  Array cube = owning_array(DType::kUint8, Shape{2, 3, 2}, {0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11});
  cube.column_major = true;
  EXPECT_EQ(to_integers(cube, "f"), (std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}));
}

TEST(Array, OnlyWholeNumbersBecomeIntegers) {
  EXPECT_EQ(to_integers(to_array(Tensor(Shape{2}, {3, -4})), "f"), (std::vector<std::int64_t>{3, -4}));
  expect_error<DataError>(
      [] {
        to_integers(to_array(Tensor(Shape{2}, {3, 0.5f})), "f");
      },
      "f: value 1 is no integer (expected a whole number, found 0.5).");
  EXPECT_THROW(to_integers(to_array(Tensor(Shape{1}, {NAN})), "f"), DataError);
  EXPECT_THROW(to_integers(to_array(Tensor(Shape{1}, {0x1p63f})), "f"), DataError);
  EXPECT_THROW(to_integers(owning_array(DType::kUint64, Shape{1}, std::vector<std::uint8_t>(8, 0xff)), "f"),
               DataError);
}

TEST(Array, ShapesAreProvedBeforeAnythingIsAllocated) {
  const auto bytes = [](std::vector<std::uint64_t> lengths) {
    return proved_bytes(lengths, DType::kFloat32, Limits{}, "f", "x");
  };
  EXPECT_EQ(bytes({}), 4);
  EXPECT_EQ(bytes({3, 5}), 60);
  EXPECT_EQ(bytes({0, 5}), 0);
  expect_error<DataError>(
      [&] {
        bytes({1, 1, 1, 1, 1, 1, 1, 1, 1});
      },
      "f: x: it has too many axes (expected at most 8, found 9).");
  expect_error<DataError>([&] { bytes({std::uint64_t{1} << 31}); },
                          "f: x: an axis is too long (expected at most 2147483647, found 2147483648).");
  // Products that wrap to something small, and an empty array whose other lengths make no Shape.
  EXPECT_THROW(bytes({1u << 30, 1u << 30, 16}), DataError);
  EXPECT_THROW(bytes({0, 1u << 30, 1u << 30, 1u << 30}), DataError);
  Limits tight;
  tight.memory = 100;
  EXPECT_THROW(proved_bytes(std::vector<std::uint64_t>{26}, DType::kFloat32, tight, "f", "x"), DataError);
  EXPECT_THROW(owning_array(DType::kFloat32, Shape{2}, std::vector<std::uint8_t>(7)), ShapeError);
}

}  // namespace
}  // namespace regulus::io
