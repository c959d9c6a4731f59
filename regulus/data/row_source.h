// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "regulus/base/shape.h"

namespace regulus {

/// Rows as a file gives them: values are bytes or float32, one after another; labels where the file has a
/// column of them.
struct RowPiece {
  std::int64_t rows = 0;
  std::vector<std::uint8_t> bytes;
  std::vector<float> floats;
  std::vector<std::int32_t> labels;
};

/// The rows of one array or table, piece by piece.
class RowSource {
 public:
  virtual ~RowSource() = default;
  virtual const Shape& row_shape() const = 0;
  /// The values are bytes: then every piece has them as such.
  virtual bool has_bytes() const = 0;
  virtual std::optional<std::int64_t> num_rows() const = 0;
  /// At most `count` rows, fewer where memory or the rows end; none behind the last. Throws DataError.
  virtual RowPiece next(std::int64_t count) = 0;
};

}  // namespace regulus
