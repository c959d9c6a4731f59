// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "regulus/base/shape.h"

namespace regulus {

/// Throws ShapeError unless the rows have that rank: `WHERE: the input rows must have rank 2 (expected
/// (None, steps, channels), found (None, 4)).`
void require_row_rank(const std::string& where, const Shape& row, std::size_t rank,
                      const std::string& expected);

/// Throws ShapeError unless there are 1 to 2^31 - 1 features, so that an int32 can number them.
void require_row_size(const std::string& where, const Shape& row);

/// Both for images [height, width, channels].
void require_image(const std::string& where, const Shape& row);

}  // namespace regulus
