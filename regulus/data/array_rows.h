// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "regulus/base/limits.h"
#include "regulus/data/byte_source.h"
#include "regulus/data/npz_keys.h"
#include "regulus/data/row_source.h"
#include "regulus/data/table_options.h"
#include "regulus/io/array.h"

namespace regulus {

/// What becomes of NaN: Missing, and the value to fill in.
struct NanRule {
  Missing missing = Missing::kRefuse;
  float fill = 0;
};

/// Rows of an IDX or NPY file, or of an array of an NPZ file. `source` stands at the file's first byte. A
/// row-major array is read as its rows are asked for, a column-major one and an NPZ file when they are
/// opened. Throw DataError, also for what passes the limits; limits.memory holds for a piece, not for a file
/// that is read piece by piece. A value that is not finite is an error that names its row, unless it is NaN
/// and the rule says otherwise.
std::unique_ptr<RowSource> open_idx_rows(std::shared_ptr<ByteSource> source, NanRule rule,
                                         const Limits& limits);
std::unique_ptr<RowSource> open_npy_rows(std::shared_ptr<ByteSource> source, NanRule rule,
                                         const Limits& limits);

/// The rows of an NPZ file, and the names of its arrays.
struct NpzRows {
  std::unique_ptr<RowSource> rows;
  std::vector<std::string> keys;
  std::string key;  ///< the one that was read
};
/// The array `key`; without one that of choose_key.
NpzRows open_npz_rows(ByteSource& source, const std::string& key, NpzRole role, NanRule rule,
                      const Limits& limits);

}  // namespace regulus
