// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "regulus/base/limits.h"
#include "regulus/base/shape.h"
#include "regulus/io/array.h"

namespace regulus::io {

/// What the header of an NPY file says (NumPy Enhancement Proposal 1, numpy.lib.format).
struct NpyHeader {
  DType dtype = DType::kFloat32;
  bool big_endian = false;
  bool column_major = false;
  Shape shape;
  std::size_t header_bytes = 0;  ///< the array begins here
  std::uint64_t data_bytes = 0;  ///< of the array
};

/// True if the bytes begin with NumPy's magic string.
bool is_npy(std::span<const std::uint8_t> bytes) noexcept;

/// At least so many of a file's first bytes tell npy_header_bytes all it asks for.
inline constexpr std::size_t kNpyPrefixBytes = 12;
/// Bytes from the first to the array's first, from a file's first bytes: versions 1.0, 2.0 and 3.0, a text of
/// at most 10,000 bytes, which is NumPy's own limit. Throws DataError.
std::size_t npy_header_bytes(std::span<const std::uint8_t> bytes, const std::string& where);

/// Reads the header, of which the whole must be there; the array need not. The text is a dict of exactly
/// descr, fortran_order and shape; nothing is evaluated. Integers and floats of 1 to 8 bytes and bools, in
/// either byte order; objects, which are pickled code, are never loaded. Throws DataError, also for what
/// passes the limits.
NpyHeader parse_npy_header(std::span<const std::uint8_t> bytes, const std::string& where,
                           const Limits& limits = {});

/// A whole file: the array is exactly the bytes behind the header, and a view of them.
Array parse_npy(std::span<const std::uint8_t> bytes, const std::string& where, const Limits& limits = {});

/// The bytes that np.save writes. Throws ConfigError for bfloat16, which NumPy does not know, and for a
/// header above 10,000 bytes.
std::vector<std::uint8_t> to_npy(const Array& array);

}  // namespace regulus::io
