// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "regulus/base/limits.h"

namespace regulus::io {

/// How the text of a table is written; found out by guess_csv (csv_guess.h).
struct CsvFormat {
  char separator = ',';          ///< a blank stands for any number of blanks and tabs
  char decimal = '.';            ///< before the fraction: '.' or ','
  std::uint64_t names_line = 0;  ///< a comment that names the columns: "# a,b"; 0: none
  bool row_names = false;        ///< the first row lacks the cell above the rows' names, as R writes it
};

/// Rows of a table of text, one after another, in time linear in the bytes and memory for one row: RFC 4180
/// with the separator of the format. Strict: lines end with LF or CRLF, the last may end with the file; a
/// cell with a quote is quoted as a whole and doubles quotes inside; every row has as many cells as the
/// first; the text is UTF-8 (a byte order mark before it is skipped) without NUL. Left out are lines whose
/// first sign is #, and empty ones; in a table of one column an empty line before a row is an error. Nothing
/// depends on the locale. Every error is a DataError `WHERE: line N: WHAT …`, lines from 1.
class CsvReader {
 public:
  /// Fills `out` and returns how many bytes: fewer only where the file ends.
  using Source = std::function<std::size_t(std::span<std::uint8_t> out)>;

  /// A row may take limits.line_bytes, line ends in quoted cells included.
  CsvReader(Source source, std::string where, const Limits& limits = {}, const CsvFormat& format = {});
  /// Over bytes that must outlive it.
  CsvReader(std::span<const std::uint8_t> bytes, std::string where, const Limits& limits = {},
            const CsvFormat& format = {});

  /// The next row's cells, valid until the next call, with the blanks around them; false behind the last row.
  bool next(std::vector<std::string_view>& cells);
  /// Of the last row: the line on which it begins.
  std::uint64_t line() const { return line_; }
  /// What errors call the columns from now on; without names "column N", from 0 on.
  void set_names(std::vector<std::string> names) { names_ = std::move(names); }
  /// `column "width"` or "column 1".
  std::string column_text(std::size_t column) const;
  /// The number in a cell of the last row (cell_number), absent where is_missing. Throws DataError for
  /// anything else and for what float32 cannot hold, nan and inf included.
  std::optional<float> number_or_missing(std::span<const std::string_view> cells, std::size_t column) const;
  /// The same; a missing value is an error too.
  float number(std::span<const std::string_view> cells, std::size_t column) const;
  [[noreturn]] void fail(std::string what, std::string expected = "", std::string found = "",
                         std::string fix = "") const;
  /// Of a value that is missing.
  [[noreturn]] void fail_missing(std::string_view cell, std::size_t column) const;

 private:
  bool next_row(std::span<char>& row);
  std::size_t find_row_end();
  bool is_comment();
  bool fill();
  void split(std::span<char> row, std::vector<std::string_view>& cells);
  std::string_view take_cell(std::span<char> row, std::size_t& at, std::size_t number) const;
  std::string_view unquote(std::span<char> row, std::size_t& at) const;
  void check_text(std::string_view row) const;
  bool separates(char c) const;

  Source source_;
  std::string where_;
  std::size_t limit_;
  CsvFormat format_;
  std::vector<std::string> names_;
  std::vector<char> buffer_;  ///< the bytes [begin_, end_) are still to come
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool source_ended_ = false;
  bool started_ = false;
  std::uint64_t line_ = 0;
  std::uint64_t next_line_ = 1;
  std::uint64_t empty_line_ = 0;  ///< the first of those before the row
  std::size_t num_cells_ = 0;     ///< of the first row
  bool is_first_row_ = false;
};

/// One line of a CSV file with its line feed. Numbers are the shortest decimals that read back as the same
/// float32; a cell with a comma, quote or line end is quoted, and one that would be taken for something else.
std::string csv_row(std::span<const float> values);
std::string csv_row(std::span<const std::string> cells);

}  // namespace regulus::io
