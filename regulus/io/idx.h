// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace regulus {

/// What an IDX file must hold; the value is its number of axes.
enum class IdxKind : std::uint8_t { kLabels = 1, kImages = 3 };

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

}  // namespace regulus
