// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "regulus/base/limits.h"

namespace regulus::io {

/// Rows of a CSV file (RFC 4180), one after another, in time linear in the bytes and memory for one row.
/// Strict: lines end with LF or CRLF, the last may end with the file; a cell with a quote is quoted as a
/// whole and doubles quotes inside; every row has as many cells as the first; the text is UTF-8 (a byte order
/// mark before it is skipped) without NUL. Nothing depends on the locale. Every error is a DataError `WHERE:
/// line N: WHAT …`, lines from 1.
class CsvReader {
 public:
  /// Fills `out` and returns how many bytes: fewer only where the file ends.
  using Source = std::function<std::size_t(std::span<std::uint8_t> out)>;

  /// A row may take limits.line_bytes, line ends in quoted cells included.
  CsvReader(Source source, std::string where, const Limits& limits = {});
  /// Over bytes that must outlive it.
  CsvReader(std::span<const std::uint8_t> bytes, std::string where, const Limits& limits = {});

  /// The next row's cells, valid until the next call; false behind the last row.
  bool next(std::vector<std::string_view>& cells);
  /// Of the last row: the line on which it begins.
  std::uint64_t line() const { return line_; }
  /// The number in a cell of the last row, the nearest float32. Throws DataError unless the whole cell is a
  /// decimal number that float32 can hold: an empty cell is none, nor nan or inf, spaces or a decimal comma.
  float number(std::span<const std::string_view> cells, std::size_t column) const;
  /// A class label: as number, a whole number from 0 below 2^31.
  std::int32_t label(std::span<const std::string_view> cells, std::size_t column) const;
  [[noreturn]] void fail(std::string what, std::string expected = "", std::string found = "",
                         std::string fix = "") const;

 private:
  std::size_t find_row_end();
  bool fill();
  void split(std::span<char> row, std::vector<std::string_view>& cells);
  std::string_view unquote(std::span<char> row, std::size_t& at) const;
  void check_text(std::string_view row) const;

  Source source_;
  std::string where_;
  std::size_t limit_;
  std::vector<char> buffer_;  ///< the bytes [begin_, end_) are still to come
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool source_ended_ = false;
  bool started_ = false;
  std::uint64_t line_ = 0;
  std::uint64_t next_line_ = 1;
  std::size_t num_cells_ = 0;  ///< of the first row
};

/// True if a first row names columns: one of its cells is neither a number nor empty, nan or inf.
bool is_csv_header(std::span<const std::string_view> cells);

/// One line of a CSV file with its line feed. Numbers are the shortest decimals that read back as the same
/// float32; a cell with a comma, quote or line end is quoted.
std::string csv_row(std::span<const float> values);
std::string csv_row(std::span<const std::string> cells);

}  // namespace regulus::io
