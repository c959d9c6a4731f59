// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "regulus/base/limits.h"
#include "regulus/base/shape.h"
#include "regulus/base/tensor.h"

namespace regulus::io {

/// The element types of arrays in files.
enum class DType : std::uint8_t {
  kBool,
  kUint8,
  kInt8,
  kUint16,
  kInt16,
  kUint32,
  kInt32,
  kUint64,
  kInt64,
  kFloat16,
  kBfloat16,
  kFloat32,
  kFloat64,
};

std::uint64_t item_bytes(DType dtype);
/// NumPy's word: "float32".
const char* name(DType dtype);
bool is_float(DType dtype);

/// An array as it lies in a file: elements of any type and byte order, row-major or (Fortran's order)
/// column-major. A cheap handle on bytes that `owner` keeps, or without one the caller.
/// bytes.size() == shape.size() * item_bytes(dtype): whoever makes one has proved it.
struct Array {
  DType dtype = DType::kFloat32;
  Shape shape;
  std::span<const std::uint8_t> bytes;
  std::shared_ptr<const std::vector<std::uint8_t>> owner = {};
  bool big_endian = false;
  bool column_major = false;
};

/// An array that keeps the bytes. Throws ShapeError unless they are as many as the shape asks for.
Array owning_array(DType dtype, Shape shape, std::vector<std::uint8_t> bytes);
/// A float32 array that keeps a copy of the values.
Array to_array(const Tensor& tensor);
/// Of integers, as int64.
Array to_array(const Shape& shape, std::span<const std::int64_t> values);

/// The values as float32, row-major, each rounded to the nearest.
Tensor to_tensor(const Array& array);
/// The values as int64, row-major. Throws DataError, beginning with `where`, for floats that are no whole
/// numbers and for what does not fit.
std::vector<std::int64_t> to_integers(const Array& array, const std::string& where);

/// The bytes that an array of such elements takes, once lengths, rank and product are proved to be
/// within the limits; else DataError `WHERE: WHAT: …`.
std::uint64_t proved_bytes(std::span<const std::uint64_t> lengths, DType dtype, const Limits& limits,
                           const std::string& where, const std::string& what);

}  // namespace regulus::io
