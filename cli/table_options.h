// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include "cli/cli11.h"

#include "regulus/data/row_reader.h"

namespace regulus::cli {

/// How a command reads a file of rows.
struct RowOptions {
  std::string labels;  ///< a file, a column, an array, or "none"; empty: beside the rows, if they are there
  RowReaderOptions
      reader;  ///< everything else that was said: key, label_key, first_label, class_names, table
};

/// --labels, --key, --label-key, --first-label, --class-names; --separator, --decimal, --header, --columns,
/// --drop,
/// --missing.
void add_row_options(CLI::App& command, RowOptions& options);

/// Their names, for a command that must refuse them.
std::span<const char* const> row_option_names();

/// For open_rows(data, …): a `labels` that names a file is one, "none" means none, anything else is a column
/// or an array. What the model asks for (label_kind, num_classes, class_names unless given, column_names,
/// row_lengths) is the caller's to add.
RowReaderOptions reader_options(const RowOptions& options);

}  // namespace regulus::cli
