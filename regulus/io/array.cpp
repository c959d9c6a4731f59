// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/array.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <utility>

#include "regulus/base/byte_reader.h"
#include "regulus/base/check.h"
#include "regulus/base/data_error.h"
#include "regulus/base/error.h"
#include "regulus/base/memory.h"

namespace regulus::io {
namespace {

struct DTypeRow {
  const char* name;
  std::uint8_t bytes;
  bool is_float;
};
// In the order of DType.
constexpr std::array<DTypeRow, 13> kDTypes = {{{"bool", 1, false},
                                               {"uint8", 1, false},
                                               {"int8", 1, false},
                                               {"uint16", 2, false},
                                               {"int16", 2, false},
                                               {"uint32", 4, false},
                                               {"int32", 4, false},
                                               {"uint64", 8, false},
                                               {"int64", 8, false},
                                               {"float16", 2, true},
                                               {"bfloat16", 2, true},
                                               {"float32", 4, true},
                                               {"float64", 8, true}}};

const DTypeRow& row(DType dtype) {
  return kDTypes[static_cast<std::size_t>(dtype)];
}

struct Float16 {
  std::uint16_t bits;
  operator float() const {
    const std::uint32_t sign = (bits & 0x8000u) << 16;
    const std::uint32_t exponent = bits >> 10 & 31u;
    const std::uint32_t mantissa = bits & 1023u;
    if (exponent == 0) {  // zero or subnormal: mantissa * 2^-24
      const float magnitude = static_cast<float>(mantissa) * 0x1p-24f;
      return sign != 0 ? -magnitude : magnitude;
    }
    const std::uint32_t wide = exponent == 31 ? 255u : exponent + 112u;
    return std::bit_cast<float>(sign | wide << 23 | mantissa << 13);
  }
};

struct Bfloat16 {
  std::uint16_t bits;
  operator float() const { return std::bit_cast<float>(std::uint32_t{bits} << 16); }
};

// Calls visit(i, value) for each element in the order of the bytes.
template <class T, class Visit>
void for_each(const Array& array, Visit visit) {
  const std::uint8_t* from = array.bytes.data();
  std::array<std::uint8_t, sizeof(T)> item;
  for (std::int64_t i = 0; i < array.shape.size(); ++i, from += sizeof(T)) {
    std::memcpy(item.data(), from, sizeof(T));
    if (array.big_endian) std::reverse(item.begin(), item.end());
    visit(i, std::bit_cast<T>(item));
  }
}

template <class Visit>
void for_each(const Array& array, Visit visit) {
  switch (array.dtype) {
    case DType::kBool:
      return for_each<std::uint8_t>(array, [&](auto i, auto v) { visit(i, v != 0 ? 1 : 0); });
    case DType::kUint8:
      return for_each<std::uint8_t>(array, visit);
    case DType::kInt8:
      return for_each<std::int8_t>(array, visit);
    case DType::kUint16:
      return for_each<std::uint16_t>(array, visit);
    case DType::kInt16:
      return for_each<std::int16_t>(array, visit);
    case DType::kUint32:
      return for_each<std::uint32_t>(array, visit);
    case DType::kInt32:
      return for_each<std::int32_t>(array, visit);
    case DType::kUint64:
      return for_each<std::uint64_t>(array, visit);
    case DType::kInt64:
      return for_each<std::int64_t>(array, visit);
    case DType::kFloat16:
      return for_each<Float16>(array, [&](auto i, Float16 v) { visit(i, float{v}); });
    case DType::kBfloat16:
      return for_each<Bfloat16>(array, [&](auto i, Bfloat16 v) { visit(i, float{v}); });
    case DType::kFloat32:
      return for_each<float>(array, visit);
    case DType::kFloat64:
      return for_each<double>(array, visit);
  }
}

// The values under the transposed shape, turned row-major: place[i] of element i of a column-major array.
template <class T>
std::vector<T> turned(const Shape& shape, const std::vector<T>& column_major) {
  std::vector<T> out(column_major.size());
  std::vector<std::int64_t> index(shape.rank(), 0);
  std::vector<std::int64_t> stride(shape.rank(), 1);
  for (std::size_t axis = shape.rank(); axis-- > 1;) stride[axis - 1] = stride[axis] * shape[axis];
  std::int64_t place = 0;
  for (const T value : column_major) {
    out[static_cast<std::size_t>(place)] = value;
    for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
      place += stride[axis];
      if (++index[axis] < shape[axis]) break;
      place -= stride[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return out;
}

template <class T>
std::vector<T> row_major(const Array& array, std::vector<T> values) {
  return array.column_major && array.shape.rank() > 1 ? turned(array.shape, values) : std::move(values);
}

bool is_int64(double value) {
  return value >= -0x1p63 && value < 0x1p63 && value == std::trunc(value);
}

}  // namespace

std::uint64_t item_bytes(DType dtype) {
  return row(dtype).bytes;
}
const char* name(DType dtype) {
  return row(dtype).name;
}
bool is_float(DType dtype) {
  return row(dtype).is_float;
}

Array owning_array(DType dtype, Shape shape, std::vector<std::uint8_t> bytes) {
  if (bytes.size() / item_bytes(dtype) != static_cast<std::uint64_t>(shape.size()) ||
      bytes.size() % item_bytes(dtype) != 0)
    throw ShapeError({.where = "array",
                      .what = "the shape does not fit the bytes",
                      .expected = to_string(shape) + " of " + name(dtype),
                      .found = std::to_string(bytes.size()) + " bytes"});
  Array array;
  array.dtype = dtype;
  array.shape = std::move(shape);
  array.owner = std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes));
  array.bytes = *array.owner;
  return array;
}

Array to_array(const Tensor& tensor) {
  const auto bytes = std::as_bytes(tensor.values());
  const auto* first = reinterpret_cast<const std::uint8_t*>(bytes.data());
  return owning_array(DType::kFloat32, tensor.shape(), {first, first + bytes.size()});
}

Array to_array(const Shape& shape, std::span<const std::int64_t> values) {
  const auto* first = reinterpret_cast<const std::uint8_t*>(values.data());
  return owning_array(DType::kInt64, shape, {first, first + values.size_bytes()});
}

Tensor to_tensor(const Array& array) {
  // Of bytes or halves, a tensor is larger than the file.
  const std::uint64_t bytes = static_cast<std::uint64_t>(array.shape.size()) * sizeof(float);
  require_memory_to_read(bytes, "an array of " + to_string(array.shape), "its float32 form");
  std::vector<float> values(static_cast<std::size_t>(array.shape.size()));
  if (array.dtype == DType::kFloat32 && !array.big_endian) {
    if (!values.empty()) std::memcpy(values.data(), array.bytes.data(), array.bytes.size());
  } else {
    for_each(array,
             [&](std::int64_t i, auto v) { values[static_cast<std::size_t>(i)] = static_cast<float>(v); });
  }
  return Tensor(array.shape, row_major(array, std::move(values)));
}

std::vector<std::int64_t> to_integers(const Array& array, const std::string& where) {
  std::vector<std::int64_t> values(static_cast<std::size_t>(array.shape.size()));
  for_each(array, [&](std::int64_t i, auto v) {
    if constexpr (std::is_floating_point_v<decltype(v)>) {
      if (!is_int64(v))
        throw_data(where, "value " + std::to_string(i) + " is no integer", "a whole number", number_text(v));
    } else if constexpr (std::is_same_v<decltype(v), std::uint64_t>) {
      if (v > INT64_MAX)
        throw_data(where, "value " + std::to_string(i) + " is too large", "below 2^63", std::to_string(v));
    }
    values[static_cast<std::size_t>(i)] =
        static_cast<std::int64_t>(v);  // NOLINT(bugprone-signed-char-misuse)
  });
  return row_major(array, std::move(values));
}

std::uint64_t proved_bytes(std::span<const std::uint64_t> lengths, DType dtype, const Limits& limits,
                           const std::string& where, const std::string& what) {
  if (lengths.size() > limits.rank)
    throw_data(where, what + ": it has too many axes", "at most " + std::to_string(limits.rank),
               std::to_string(lengths.size()));
  std::uint64_t bytes = item_bytes(dtype);
  bool empty = false;
  for (const std::uint64_t length : lengths) {
    if (length > static_cast<std::uint64_t>(limits.length))
      throw_data(where, what + ": an axis is too long", "at most " + std::to_string(limits.length),
                 std::to_string(length));
    empty |= length == 0;
    // Lengths of 0 left out: the others must still make a Shape.
    if (length > 0 && !checked_multiply(bytes, length, bytes))
      throw_data(where, what + ": the product of its lengths is too large", "below 2^64", "more");
  }
  if (bytes > limits.memory && !empty)
    throw_data(where, what + ": it is too large for this machine's memory",
               "at most " + std::to_string(limits.memory) + " bytes", std::to_string(bytes));
  if (bytes > INT64_MAX)
    throw_data(where, what + ": the product of its lengths is too large", "below 2^63", "more");
  return empty ? 0 : bytes;
}

}  // namespace regulus::io
