// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "regulus/base/limits.h"
#include "regulus/io/array.h"
#include "regulus/io/idx_header.h"

namespace regulus {

/// Unsigned bytes, row-major.
struct IdxArray {
  std::vector<std::int64_t> dims;
  std::vector<std::uint8_t> values;
};

/// Reads a whole IDX file (LeCun's format, http://yann.lecun.com/exdb/mnist), plain or packed as one
/// gzip member, whatever its name says. The file may be hostile: nothing is allocated before the bytes
/// present can hold it, and whatever is missing, left over or damaged is an error.
/// Throws DataError that begins with `where`; byte numbers count in the unpacked file.
IdxArray parse_idx(std::span<const std::uint8_t> file, IdxKind kind, const std::string& where);

/// The same for an array of 1 to 8 axes and any of the six types (u8, i8, i16, i32, f32, f64, most
/// significant byte first), which keeps its bytes. Throws DataError also for what passes the limits.
io::Array parse_idx_array(std::span<const std::uint8_t> file, const std::string& where,
                          const Limits& limits = {});

}  // namespace regulus
