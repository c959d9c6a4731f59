// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/csv.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <system_error>
#include <utility>

#include "regulus/base/data_error.h"
#include "regulus/base/utf8.h"
#include "regulus/io/csv_cell.h"

namespace regulus::io {
namespace {

constexpr std::size_t kPiece = std::size_t{64} << 10;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::string_view kBlanks = " \t";

// No NUL and no byte beyond ASCII; a loop that becomes vectors.
bool is_plain(std::string_view text) {
  unsigned bad = 0;
  for (const char c : text) bad |= static_cast<unsigned>(static_cast<signed char>(c) <= 0);
  return bad == 0;
}

CsvReader::Source source_of(std::span<const std::uint8_t> bytes) {
  return [bytes](std::span<std::uint8_t> out) mutable {
    const std::size_t count = std::min(out.size(), bytes.size());
    std::copy_n(bytes.begin(), count, out.begin());
    bytes = bytes.subspan(count);
    return count;
  };
}

}  // namespace

CsvReader::CsvReader(Source source, std::string where, const Limits& limits, const CsvFormat& format)
    : source_(std::move(source)),
      where_(std::move(where)),
      limit_(limits.line_bytes),
      format_(format),
      buffer_(kPiece) {}

CsvReader::CsvReader(std::span<const std::uint8_t> bytes, std::string where, const Limits& limits,
                     const CsvFormat& format)
    : CsvReader(source_of(bytes), std::move(where), limits, format) {}

void CsvReader::fail(std::string what, std::string expected, std::string found, std::string fix) const {
  throw_data(where_, "line " + count_text(line_) + ": " + std::move(what), std::move(expected),
             std::move(found), std::move(fix));
}

// More bytes behind those that are still to come; false if there are none.
bool CsvReader::fill() {
  if (source_ended_) return false;
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ == buffer_.size()) buffer_.resize(2 * buffer_.size());
  const std::size_t wanted = buffer_.size() - end_;
  const std::size_t got = source_({reinterpret_cast<std::uint8_t*>(buffer_.data()) + end_, wanted});
  end_ += got;
  source_ended_ = got < wanted;
  return got > 0;
}

// Whether the first sign of the row to come is #.
bool CsvReader::is_comment() {
  for (std::size_t at = begin_;; ++at) {
    if (at == end_) {
      const std::size_t looked_at = at - begin_;
      if (looked_at > limit_ || !fill()) return false;
      at = begin_ + looked_at;
    }
    if (kBlanks.find(buffer_[at]) == kBlanks.npos) return buffer_[at] == '#';
  }
}

// One behind the row's last byte, counted from begin_: the line feed that ends it, or the end of the file.
std::size_t CsvReader::find_row_end() {
  const bool has_quotes = !is_comment();
  bool quoted = false;
  for (std::size_t at = 0;;) {
    // Line feeds in a quoted cell are content: where a cell opens or closes, one more quote has come.
    const char* const from = buffer_.data() + begin_ + at;
    const std::size_t present = end_ - begin_ - at;
    const auto* feed = static_cast<const char*>(present > 0 ? std::memchr(from, '\n', present) : nullptr);
    const std::size_t length = feed != nullptr ? static_cast<std::size_t>(feed - from) : present;
    quoted ^= has_quotes && std::count(from, from + length, '"') % 2 != 0;
    at += length;
    if (at > limit_)
      fail(quoted ? "the row is too long: is a quote never closed?" : "the row is too long",
           "at most " + count_text(limit_) + " bytes", "more");
    if (feed != nullptr) {
      ++next_line_;
      if (!quoted) return at;
      ++at;
    } else if (!fill()) {
      if (quoted) fail("a quote is never closed");
      return at;
    }
  }
}

void CsvReader::check_text(std::string_view row) const {
  if (!is_plain(row)) {
    if (row.find('\0') != row.npos) fail("a NUL byte", "text");
    if (!is_utf8(row)) fail("the text is not UTF-8", "", "", "Save the file as UTF-8.");
  }
  for (std::size_t at = row.find('\r'); at != row.npos; at = row.find('\r', at + 1))
    if (at + 1 == row.size() || row[at + 1] != '\n')
      fail("a carriage return without a line feed", "lines that end with LF or CRLF", "",
           "Save the file with line feeds: tr '\\r' '\\n'.");
}

// The next row that is neither empty nor a comment, without its line end; false behind the last.
bool CsvReader::next_row(std::span<char>& row) {
  for (;;) {
    line_ = next_line_;
    if (begin_ == end_ && !fill()) return false;
    const std::size_t length = find_row_end();
    char* const bytes = buffer_.data() + begin_;
    const bool has_feed = begin_ + length < end_;
    begin_ += length + (has_feed ? 1 : 0);
    const bool has_return = has_feed && length > 0 && bytes[length - 1] == '\r';
    row = {bytes, length - (has_return ? 1 : 0)};
    const std::string_view text(row.data(), row.size());
    const std::size_t first = text.find_first_not_of(kBlanks);
    if (first == text.npos) {
      if (empty_line_ == 0) empty_line_ = line_;
    } else if (text[first] != '#') {
      return true;
    } else if (line_ == format_.names_line) {
      row = row.subspan(first + 1);
      return true;
    }
  }
}

bool CsvReader::next(std::vector<std::string_view>& cells) {
  cells.clear();
  if (!std::exchange(started_, true)) {
    line_ = 1;
    fill();
    if (std::string_view(buffer_.data(), end_).starts_with(kByteOrderMark)) begin_ = kByteOrderMark.size();
  }
  std::span<char> row;
  if (!next_row(row)) return false;
  check_text({row.data(), row.size()});
  const bool is_first = num_cells_ == 0;
  is_first_row_ = is_first;
  if (is_first && format_.row_names) cells.emplace_back();
  split(row, cells);
  if (is_first) num_cells_ = cells.size();
  const std::uint64_t empty = std::exchange(empty_line_, 0);
  if (empty > 0 && !is_first && num_cells_ == 1) {
    line_ = empty;
    fail("the line is empty, and rows follow", "a value", "", "Write NA for a value that is missing.");
  }
  if (cells.size() != num_cells_)
    fail("the row has another number of cells than the first", std::to_string(num_cells_),
         std::to_string(cells.size()));
  return true;
}

bool CsvReader::separates(char c) const {
  return c == format_.separator || (format_.separator == ' ' && c == '\t');
}

// Blanks around cells stay in them, but for those around quotes and, of course, those that separate.
void CsvReader::split(std::span<char> row, std::vector<std::string_view>& cells) {
  const bool by_blanks = format_.separator == ' ';
  const auto skip_blanks = [&](std::size_t at) {
    while (at < row.size() && kBlanks.find(row[at]) != kBlanks.npos && (by_blanks || !separates(row[at])))
      ++at;
    return at;
  };
  std::size_t at = by_blanks ? skip_blanks(0) : 0;
  for (;; ++at) {
    const std::size_t text = skip_blanks(at);
    if (text < row.size() && row[text] == '"') {
      at = text;
      cells.push_back(unquote(row, at));
      if (!by_blanks) at = skip_blanks(at);
    } else {
      cells.push_back(take_cell(row, at, cells.size() + 1));
    }
    if (at < row.size() && !separates(row[at]))
      fail("cell " + std::to_string(cells.size()) + ": text behind the closing quote",
           std::string("\"") + format_.separator + '"',
           shown_cell(std::string_view(row.data() + at, row.size() - at)));
    if (by_blanks) {
      at = skip_blanks(at);
      if (at == row.size()) return;
      --at;  // where the loop goes on, one behind
    } else if (at == row.size()) {
      return;
    }
  }
}

// The cell without quotes that begins at `at`, which goes behind it.
std::string_view CsvReader::take_cell(std::span<char> row, std::size_t& at, std::size_t number) const {
  const std::string_view rest(row.data() + at, row.size() - at);
  const std::size_t end =
      format_.separator == ' ' ? rest.find_first_of(kBlanks) : rest.find(format_.separator);
  const std::string_view cell = rest.substr(0, end);
  if (cell.find('"') != cell.npos)
    fail("cell " + std::to_string(number) + ": a quote in a cell that does not begin with one", "",
         shown_cell(cell));
  at += cell.size();
  return cell;
}

// The cell whose opening quote is at `at`, its doubled quotes made single in place; `at` goes behind it.
std::string_view CsvReader::unquote(std::span<char> row, std::size_t& at) const {
  char* const begin = row.data() + at + 1;
  char* to = begin;
  for (++at; at < row.size(); ++at) {
    if (row[at] == '"') {
      ++at;
      if (at == row.size() || row[at] != '"') return {begin, static_cast<std::size_t>(to - begin)};
    }
    *to++ = row[at];
  }
  fail("a quote is never closed");
}

std::string CsvReader::column_text(std::size_t column) const {
  if (column < names_.size() && !names_[column].empty()) return "column " + shown_cell(names_[column]);
  return "column " + std::to_string(column);
}

void CsvReader::fail_missing(std::string_view cell, std::size_t column) const {
  fail(column_text(column) + (trimmed(cell).empty() ? " is empty" : " is missing"), "a decimal number",
       shown_cell(cell), "Give --missing drop to leave such rows out, or --missing NUMBER to fill in.");
}

std::optional<float> CsvReader::number_or_missing(std::span<const std::string_view> cells,
                                                  std::size_t column) const {
  const std::string_view cell = cells[column];
  const auto value = cell_number(cell, format_.decimal);
  if (value && std::isfinite(*value)) return value;
  if (is_missing(cell)) return std::nullopt;
  const bool is_large = value && cell.find_first_of("0123456789") != cell.npos;
  const bool has_comma = !value && format_.decimal == '.' && cell_number(cell, ',');
  fail(column_text(column) + (is_large ? " is beyond the range of float32" : " is no finite number"),
       "a decimal number", shown_cell(cell),
       has_comma ? "Give --decimal , if the comma stands before the fraction."
       : value   ? ""
       : is_first_row_ && names_.empty()
           ? "If the first row names the columns, give --header yes; else leave the "
             "column out (--drop)."
           : "Leave the column out (--drop), or name it as the labels (--labels).");
}

float CsvReader::number(std::span<const std::string_view> cells, std::size_t column) const {
  const auto value = number_or_missing(cells, column);
  if (!value) fail_missing(cells[column], column);
  return *value;
}

std::string csv_row(std::span<const float> values) {
  std::string row;
  for (const float value : values) {
    char text[32];
    const auto [end, error] = std::to_chars(text, text + sizeof(text), value);
    if (!row.empty()) row += ',';
    row.append(text, end);
  }
  return row + '\n';
}

std::string csv_row(std::span<const std::string> cells) {
  std::string row;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) row += ',';
    // A byte order mark as content would be skipped if the row were a file's first, # makes a comment, and a
    // row of nothing but blanks is none.
    const std::string& cell = cells[i];
    const std::size_t first = cell.find_first_not_of(kBlanks);
    const bool looks_else = cell.starts_with(kByteOrderMark) ||
                            (i == 0 && first != cell.npos && cell[first] == '#') ||
                            (cells.size() == 1 && first == cell.npos);
    if (cell.find_first_of(",\"\r\n") == std::string::npos && !looks_else) {
      row += cells[i];
      continue;
    }
    row += '"';
    for (const char c : cells[i]) row.append(c == '"' ? 2 : 1, c);
    row += '"';
  }
  return row + '\n';
}

}  // namespace regulus::io
