// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/row_files.h"

#include <span>
#include <utility>

#include "regulus/base/data_error.h"
#include "regulus/base/error.h"
#include "regulus/data/array_rows.h"
#include "regulus/data/byte_source.h"
#include "regulus/data/csv_rows.h"
#include "regulus/io/file_kind.h"

namespace regulus {
namespace {

// An option that this file has no use for.
void require_unused(bool is_given, const std::string& path, const std::string& option, const char* format,
                    const std::string& value = "") {
  if (is_given)
    throw ConfigError({.where = path, .what = option + " is for " + format + " files", .found = value});
}

void require_no_table_options(const std::string& path, const TableOptions& table) {
  constexpr const char* kTables = "CSV";
  require_unused(!table.separator.empty(), path, "separator", kTables);
  require_unused(table.decimal != '.', path, "decimal", kTables);
  require_unused(table.header.has_value(), path, "header", kTables);
  require_unused(!table.columns.empty(), path, "columns", kTables);
  require_unused(!table.drop.empty(), path, "drop", kTables);
}

bool is_table(io::FileKind kind) {
  return kind == io::FileKind::kOther;
}

}  // namespace

OpenedRows open_row_source(const std::string& path, const std::string& key, NpzRole role,
                           const RowReaderOptions& options, const Limits& limits) {
  const auto source = std::make_shared<ByteSource>(path);
  const auto first = source->peek(io::kFileKindBytes);
  if (first.empty()) throw_data(path, "the file is empty");
  const io::FileKind kind = io::file_kind(first);
  const bool of_rows = role == NpzRole::kRows;
  const NanRule rule = of_rows ? NanRule{options.table.missing, options.table.fill} : NanRule{};
  if (kind != io::FileKind::kZip)
    require_unused(!key.empty(), path, of_rows ? "key" : "label_key", "NPZ", key);
  if (of_rows && !is_table(kind)) require_no_table_options(path, options.table);
  if (of_rows && !is_table(kind) && kind != io::FileKind::kZip)
    require_unused(!options.label_column.empty(), path, "label_column", "CSV and NPZ", options.label_column);
  switch (kind) {
    case io::FileKind::kOther:
      return {open_csv_rows(source, options, of_rows ? TableUse::kRows : TableUse::kLabels, limits), {}, ""};
    case io::FileKind::kIdx:
      return {open_idx_rows(source, rule, limits), {}, ""};
    case io::FileKind::kNpy:
      return {open_npy_rows(source, rule, limits), {}, ""};
    case io::FileKind::kZip: {
      NpzRows npz = open_npz_rows(*source, key, role, rule, limits);
      return {std::move(npz.rows), std::move(npz.keys), std::move(npz.key)};
    }
    default:
      throw_data(path, "this is " + std::string(io::file_kind_name(kind)),
                 "IDX, NPY, NPZ or a table of text (CSV)", "", io::rows_from(kind));
  }
}

}  // namespace regulus
