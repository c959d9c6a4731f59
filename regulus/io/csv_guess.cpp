// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/csv_guess.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <span>

#include "regulus/base/error.h"
#include "regulus/io/csv_cell.h"

namespace regulus::io {
namespace {

constexpr std::size_t kRows = 100;
constexpr std::size_t kFewRows = 4;  // that are worth reading more for
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::string_view kSeparators = "\t;|, ";

// A row as it lies in the file, without its line end.
struct Line {
  std::string_view text;
  std::uint64_t number = 0;
  bool is_comment = false;
};

// The rows of `text` that end in it, empty ones left out; the last need not if the text is `whole`.
std::vector<Line> lines_of(std::string_view text, bool whole, std::size_t most) {
  std::vector<Line> lines;
  std::uint64_t number = 1;
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  while (!text.empty() && lines.size() < most) {
    const std::string_view begin = trimmed(text.substr(0, text.find('\n')));
    const bool is_comment = begin.starts_with('#');
    std::uint64_t feeds = 0;
    std::size_t end = 0;
    for (bool quoted = false; end < text.size(); ++end) {
      quoted ^= !is_comment && text[end] == '"';
      if (text[end] != '\n') continue;
      ++feeds;
      if (!quoted) break;
    }
    if (end == text.size() && !whole && !lines.empty()) break;
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!trimmed(line).empty()) lines.push_back({line, number, is_comment});
    number += feeds;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// The cells of a line, roughly: quotes are taken off, what is wrong with them is left to the reader.
std::vector<std::string_view> cells_of(std::string_view line, char separator) {
  std::vector<std::string_view> cells;
  if (separator == ' ') line = trimmed(line);
  bool quoted = false;
  std::size_t begin = 0;
  const auto take = [&](std::size_t end) {
    std::string_view cell = trimmed(line.substr(begin, end - begin));
    if (cell.size() > 1 && cell.front() == '"' && cell.back() == '"') cell = cell.substr(1, cell.size() - 2);
    cells.push_back(cell);
  };
  for (std::size_t at = 0; at < line.size(); ++at) {
    quoted ^= line[at] == '"';
    const bool separates = line[at] == separator || (separator == ' ' && line[at] == '\t');
    if (quoted || !separates) continue;
    take(at);
    if (separator == ' ')
      while (at + 1 < line.size() && (line[at + 1] == ' ' || line[at + 1] == '\t')) ++at;
    begin = at + 1;
  }
  take(line.size());
  return cells;
}

// How well a separator fits: 0 if it does not, else 1 + the share of cells that are numbers.
double fit(std::span<const Line> lines, char separator, char decimal) {
  std::size_t numbers = 0;
  std::size_t cells = 0;
  std::size_t width = 0;
  std::size_t rows = 0;
  for (const Line& line : lines) {
    if (line.is_comment) continue;
    const auto row = cells_of(line.text, separator);
    // R leaves out the cell above the rows' names.
    const bool lacks_one = rows == 1 && row.size() == width + 1;
    if (width == 0 || lacks_one) width = row.size();
    if (row.size() != width) return 0;
    ++rows;
    cells += row.size();
    for (const std::string_view cell : row)
      numbers +=
          cell_kind(cell, decimal) != CellKind::kText || (separator != ',' && cell_number(cell, ',')) ? 1 : 0;
  }
  return width < 2 ? 0 : 1 + static_cast<double>(numbers) / static_cast<double>(cells);
}

char guess_separator(std::span<const Line> lines, char decimal) {
  char best = ',';
  double best_fit = 0;
  for (const char separator : kSeparators) {
    if (separator == decimal) continue;
    const double value = fit(lines, separator, decimal);
    if (value > best_fit) {
      best = separator;
      best_fit = value;
    }
  }
  return best_fit == 0 && decimal == ',' ? ';' : best;
}

std::optional<std::int64_t> whole_number(std::string_view cell) {
  const std::string_view text = trimmed(cell);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.starts_with('-')) return std::nullopt;
  return value;
}

// What the rows below the first hold in a column.
struct Below {
  bool numbers = false;
  bool words = false;
};

class Names {
 public:
  Names(const std::vector<std::vector<std::string>>& rows, char decimal) : rows_(rows), decimal_(decimal) {}

  bool in_first_row() const {
    if (rows_.size() == 1) return only_words();
    if (is_pandas_index()) return true;
    bool word_above_numbers = false;
    std::int64_t last = -1;
    for (std::size_t column = 0; column < rows_[0].size(); ++column) {
      const Below rest = below(column);
      const std::string& cell = rows_[0][column];
      switch (kind_of(cell)) {
        case CellKind::kText:
          word_above_numbers |= rest.numbers && !rest.words;
          break;
        case CellKind::kNumber: {
          if (!rest.numbers) break;
          const auto value = whole_number(cell);
          if (!value || *value <= last) return false;
          last = *value;
          break;
        }
        case CellKind::kMissing:
          break;
      }
    }
    return word_above_numbers;
  }

  // 0, 1, 2 … above a row that does not count.
  bool may_be_counted() const {
    return rows_.size() > 1 && counts_from(0, 0, std::int64_t{0}) && rows_[0].size() > 2 &&
           !counts_from(1, 0, whole_number(rows_[1][0]));
  }

 private:
  // A number that is written with the other decimal sign is no word.
  CellKind kind_of(const std::string& cell) const {
    const CellKind kind = cell_kind(cell, decimal_);
    return kind == CellKind::kText && cell_number(cell, decimal_ == ',' ? '.' : ',') ? CellKind::kNumber
                                                                                     : kind;
  }
  // As pandas names columns that have no names, above its index.
  bool is_pandas_index() const {
    return rows_[0].size() > 1 && trimmed(rows_[0][0]).empty() && counts_from(0, 1, std::int64_t{0});
  }
  bool counts_from(std::size_t row, std::size_t column, std::optional<std::int64_t> next) const {
    for (; next && column < rows_[row].size(); ++column, ++*next)
      if (whole_number(rows_[row][column]) != next) return false;
    return next.has_value();
  }
  bool only_words() const {
    return std::all_of(rows_[0].begin(), rows_[0].end(),
                       [&](const std::string& cell) { return kind_of(cell) == CellKind::kText; });
  }
  Below below(std::size_t column) const {
    Below rest;
    for (std::size_t row = 1; row < rows_.size(); ++row) {
      if (column >= rows_[row].size()) continue;
      const CellKind kind = kind_of(rows_[row][column]);
      rest.numbers |= kind == CellKind::kNumber;
      rest.words |= kind == CellKind::kText;
    }
    return rest;
  }

  const std::vector<std::vector<std::string>>& rows_;
  char decimal_;
};

// "# a,b" before rows of as many cells.
std::uint64_t names_line(std::span<const Line> lines, char separator, char decimal) {
  const auto row =
      std::find_if(lines.begin(), lines.end(), [](const Line& line) { return !line.is_comment; });
  if (row == lines.begin() || row == lines.end()) return 0;
  const Line& comment = *(row - 1);
  std::string_view text = trimmed(comment.text);
  text.remove_prefix(1);
  const auto names = cells_of(text, separator);
  const bool are_words = std::all_of(names.begin() + 1, names.end(), [&](std::string_view name) {
    return cell_kind(name, decimal) == CellKind::kText;
  });
  return names.size() > 1 && names.size() == cells_of(row->text, separator).size() && are_words
             ? comment.number
             : 0;
}

bool lacks_corner(std::span<const Line> lines, char separator) {
  std::vector<std::size_t> widths;
  for (const Line& line : lines)
    if (!line.is_comment) widths.push_back(cells_of(line.text, separator).size());
  return widths.size() > 1 && widths[0] + 1 == widths[1] &&
         std::all_of(widths.begin() + 1, widths.end(), [&](std::size_t w) { return w == widths[1]; });
}

// As the reader itself cuts them; where it meets an error, what it has until then.
std::vector<std::vector<std::string>> read_rows(std::span<const Line> lines, std::string_view first,
                                                bool whole, const CsvFormat& format, const Limits& limits) {
  std::vector<std::vector<std::string>> rows;
  const Line& last = lines.back();
  const std::size_t end =
      whole ? first.size() : static_cast<std::size_t>(last.text.data() - first.data()) + last.text.size();
  CsvReader reader({reinterpret_cast<const std::uint8_t*>(first.data()), end}, "", limits, format);
  try {
    for (std::vector<std::string_view> cells; rows.size() < kRows && reader.next(cells);)
      rows.emplace_back(cells.begin(), cells.end());
  } catch (const DataError&) {
    return rows;
  }
  return rows;
}

}  // namespace

bool enough_for_guess(std::string_view first) {
  return lines_of(first, false, kFewRows + 1).size() > kFewRows;
}

CsvGuess guess_csv(std::string_view first, bool whole, std::optional<char> separator, char decimal,
                   std::optional<bool> has_names, const Limits& limits) {
  CsvGuess guess;
  guess.format.decimal = decimal;
  const std::vector<Line> lines = lines_of(first, whole, kRows);
  guess.format.separator = separator ? *separator : guess_separator(lines, decimal);
  if (lines.empty()) return guess;
  const char cut = guess.format.separator;
  guess.format.row_names = has_names.value_or(true) && lacks_corner(lines, cut);
  guess.rows = read_rows(lines, first, whole, guess.format, limits);
  if (guess.rows.empty()) return guess;
  const Names names(guess.rows, decimal);
  guess.has_names = guess.format.row_names || has_names.value_or(names.in_first_row());
  if (has_names) return guess;
  if (!guess.has_names) guess.format.names_line = names_line(lines, cut, decimal);
  if (guess.format.names_line > 0) {
    guess.has_names = true;
    guess.rows = read_rows(lines, first, whole, guess.format, limits);
  }
  guess.may_count = !guess.has_names && names.may_be_counted();
  return guess;
}

}  // namespace regulus::io
