// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "regulus/io/array.h"

namespace regulus {

/// What an IDX file must hold; the value is its number of axes.
enum class IdxKind : std::uint8_t { kLabels = 1, kImages = 3 };

/// The header of an IDX file: two zeros, a type, the number of axes, and the axes' lengths, each above 0.
struct IdxHeader {
  std::optional<IdxKind> kind;  ///< what the file must be; without it any array
  io::DType dtype = io::DType::kUint8;
  std::vector<std::int64_t> dims;
  std::uint64_t bytes = 0;  ///< of the header

  std::uint64_t num_items() const { return static_cast<std::uint64_t>(dims[0]); }
  /// Bytes of one entry of the first axis; 2^64 - 1 where they are more.
  std::uint64_t item_bytes() const;
  /// "60,000 labels", "60,000 images of 28 x 28"; of other arrays "60,000 values" and "60,000 rows of 28 x
  /// 28".
  std::string promise() const;
};

/// Reads the header from `read`, which fills its argument and returns how many bytes: fewer only where the
/// file ends. Throws DataError that begins with `where`.
IdxHeader read_idx_header(const std::function<std::size_t(std::span<std::uint8_t>)>& read,
                          std::optional<IdxKind> kind, const std::string& where);

}  // namespace regulus
