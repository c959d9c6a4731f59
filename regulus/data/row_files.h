// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "regulus/base/limits.h"
#include "regulus/data/npz_keys.h"
#include "regulus/data/row_reader.h"
#include "regulus/data/row_source.h"

namespace regulus {

/// A file of rows or labels, and the arrays of an NPZ file.
struct OpenedRows {
  std::unique_ptr<RowSource> rows;
  std::vector<std::string> keys;  ///< empty unless it is an NPZ file
  std::string key;
};

/// Opens what the content is: IDX, NPY, NPZ or a table; `key` as in RowReaderOptions. Throws DataError that
/// says what another file is and what to do with it, and ConfigError for a key or column that it cannot have.
OpenedRows open_row_source(const std::string& path, const std::string& key, NpzRole role,
                           const RowReaderOptions& options, const Limits& limits);

}  // namespace regulus
