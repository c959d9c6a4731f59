// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "regulus/base/limits.h"
#include "regulus/data/byte_source.h"
#include "regulus/data/row_source.h"

namespace regulus {

/// Rows of a CSV file (io/csv.h): every cell is a number but for the first row, if that names the columns,
/// and the column of labels, if there is one: a name, or a number that counts from 0, or from the last column
/// on as -1, -2 and so on. Throws DataError, and ConfigError if there is no such column.
std::unique_ptr<RowSource> open_csv_rows(std::shared_ptr<ByteSource> source, const std::string& label_column,
                                         const Limits& limits);

}  // namespace regulus
