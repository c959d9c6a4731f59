// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "regulus/base/limits.h"
#include "regulus/base/shape.h"
#include "regulus/data/dataset.h"

namespace regulus {

struct RowReaderOptions {
  /// A second file with a class label for each row, whole numbers from 0 on: an array of one axis (or of
  /// single values), or a CSV file of one column.
  std::string labels = {};
  /// The column of a CSV file that holds the labels: its name in the first row, or its number from 0 on, or
  /// -1 for the last, -2 for the one before and so on.
  std::string label_column = {};
  /// The array of an NPZ file; without it the only one, or "x", "images" or "features".
  std::string key = {};
};

/// Rows of a data file, piece by piece, so that the file may be larger than memory: IDX, NPY, NPZ or CSV,
/// each plain or packed by gzip; the content tells which. Bytes (u8) stay bytes, all else becomes float32. An
/// NPZ file and an array in Fortran's order are read whole.
class RowReader {
 public:
  virtual ~RowReader() = default;
  virtual const Shape& row_shape() const = 0;
  /// Unknown for CSV.
  virtual std::optional<std::int64_t> num_rows() const = 0;
  /// The next rows, at most `count`, which must be 1 or more; fewer where memory or the rows end, none behind
  /// the last. Row numbers (Dataset::first_row) go on where the last piece ended. Throws DataError that names
  /// the file and what it lacks, e.g. the row that is cut; ConfigError for another count.
  virtual Dataset next(std::int64_t count) = 0;
};

/// Throws IoError, DataError, and ConfigError for options that do not fit the file.
std::unique_ptr<RowReader> open_rows(const std::string& path, const RowReaderOptions& options = {},
                                     const Limits& limits = {});

}  // namespace regulus
