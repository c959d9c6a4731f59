// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "regulus/base/limits.h"
#include "regulus/data/byte_source.h"
#include "regulus/data/row_reader.h"
#include "regulus/data/row_source.h"

namespace regulus {

/// What a table is read for.
enum class TableUse : std::uint8_t {
  kRows,    ///< features, and labels where label_column names some
  kLabels,  ///< every column is one of labels
};

/// Rows of a table of text (io/csv.h), whose format is found out from its first lines (io/csv_guess.h): a
/// cell of a feature is a number. Throws DataError, and ConfigError for options that do not fit the table.
std::unique_ptr<RowSource> open_csv_rows(std::shared_ptr<ByteSource> source, const RowReaderOptions& options,
                                         TableUse use, const Limits& limits);

}  // namespace regulus
