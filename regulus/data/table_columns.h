// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace regulus {

struct RowReaderOptions;

/// Which columns of a table are features, in their order, and which are labels.
struct TableColumns {
  std::vector<std::size_t> features;
  std::vector<std::size_t> labels;
  std::vector<std::string> notes;  ///< what was decided without being asked
};

/// The columns that a text names: a name of the first row, a number from 0 on (-1: the last), numbers A:B
/// without B, or several of these with commas between. `names`: empty or one for each column. Throws
/// ConfigError, which begins with `where`, if there is no such column or two are called so.
std::vector<std::size_t> find_columns(const std::string& text, std::span<const std::string> names,
                                      std::size_t num_columns, const std::string& where);

/// By the options: labels by label_column; features by table.columns or all the others, without table.drop;
/// where the model has column_names and the table too, in the order of the model's. A first column without a
/// name (or "Unnamed: 0"), as pandas writes an index, is left out if the model takes one value less.
/// `is_index`: the first column holds names of rows for certain. Throws ConfigError, and DataError for names
/// of the model's that the table lacks.
TableColumns choose_columns(const RowReaderOptions& options, std::span<const std::string> names,
                            std::size_t num_columns, bool is_index, const std::string& where);

}  // namespace regulus
