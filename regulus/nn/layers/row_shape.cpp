// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layers/row_shape.h"

#include "regulus/base/error.h"

namespace regulus {

void require_row_rank(const std::string& where, const Shape& row, std::size_t rank,
                      const std::string& expected) {
  if (row.rank() == rank) return;
  throw ShapeError({.where = where,
                    .what = "the input rows must have rank " + std::to_string(rank),
                    .expected = expected,
                    .found = to_batch_string(row)});
}

void require_row_size(const std::string& where, const Shape& row) {
  if (row.size() >= 1 && row.size() < std::int64_t{1} << 31) return;
  throw ShapeError(
      {.where = where, .what = "the rows must have 1 to 2147483647 features", .found = to_batch_string(row)});
}

void require_image(const std::string& where, const Shape& row) {
  require_row_rank(where, row, 3, "(None, height, width, channels)");
  require_row_size(where, row);
}

}  // namespace regulus
