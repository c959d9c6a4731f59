// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "regulus/base/limits.h"
#include "regulus/data/byte_source.h"
#include "regulus/data/row_source.h"
#include "regulus/io/array.h"

namespace regulus {

/// Rows of an IDX or NPY file, or of an array of an NPZ file. `source` stands at the file's first byte. A
/// row-major array is read as its rows are asked for, a column-major one and an NPZ file when they are
/// opened. Throw DataError, also for what passes the limits; limits.memory holds for a piece, not for a file
/// that is read piece by piece. A value that is not finite is an error that names its row.
std::unique_ptr<RowSource> open_idx_rows(std::shared_ptr<ByteSource> source, const Limits& limits);
std::unique_ptr<RowSource> open_npy_rows(std::shared_ptr<ByteSource> source, const Limits& limits);
/// The array `key`; without one the only array, or the first of `usual` that there is.
std::unique_ptr<RowSource> open_npz_rows(ByteSource& source, const std::string& key,
                                         std::span<const std::string_view> usual, const Limits& limits);

}  // namespace regulus
