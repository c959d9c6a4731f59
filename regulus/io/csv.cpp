// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/csv.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <optional>
#include <system_error>
#include <utility>

#include "regulus/base/data_error.h"
#include "regulus/base/utf8.h"

namespace regulus::io {
namespace {

constexpr std::size_t kPiece = std::size_t{64} << 10;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::size_t kShown = 40;  // of a cell in an error

std::string shown(std::string_view cell) {
  if (cell.size() <= kShown) return '"' + std::string(cell) + '"';
  return '"' + std::string(cell.substr(0, kShown)) + "\"...";
}

// The whole text as a float32, infinite beyond its range; absent if it is no decimal number.
std::optional<float> parse_number(std::string_view text) {
  float value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (stop != end || error == std::errc::invalid_argument) return std::nullopt;
  if (error != std::errc::result_out_of_range) return value;
  // Beyond the range of float32 at its small end there are zero and the smallest numbers: double knows.
  double wide = 0;
  const auto [wide_stop, wide_error] = std::from_chars(text.data(), end, wide);
  if (wide_error == std::errc() && std::abs(wide) < 1) return static_cast<float>(wide);
  return INFINITY;
}

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

CsvReader::CsvReader(Source source, std::string where, const Limits& limits)
    : source_(std::move(source)), where_(std::move(where)), limit_(limits.line_bytes), buffer_(kPiece) {}

CsvReader::CsvReader(std::span<const std::uint8_t> bytes, std::string where, const Limits& limits)
    : CsvReader(source_of(bytes), std::move(where), limits) {}

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

// One behind the row's last byte, counted from begin_: the line feed that ends it, or the end of the file.
std::size_t CsvReader::find_row_end() {
  bool quoted = false;
  for (std::size_t at = 0;;) {
    // Line feeds in a quoted cell are content: where a cell opens or closes, one more quote has come.
    const char* const from = buffer_.data() + begin_ + at;
    const std::size_t present = end_ - begin_ - at;
    const auto* feed = static_cast<const char*>(present > 0 ? std::memchr(from, '\n', present) : nullptr);
    const std::size_t length = feed != nullptr ? static_cast<std::size_t>(feed - from) : present;
    quoted ^= std::count(from, from + length, '"') % 2 != 0;
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
      fail("a carriage return without a line feed", "lines that end with LF or CRLF");
}

bool CsvReader::next(std::vector<std::string_view>& cells) {
  cells.clear();
  line_ = next_line_;
  if (!std::exchange(started_, true)) {
    fill();
    if (std::string_view(buffer_.data(), end_).starts_with(kByteOrderMark)) begin_ = kByteOrderMark.size();
  }
  if (begin_ == end_ && !fill()) return false;
  const std::size_t length = find_row_end();
  char* const row = buffer_.data() + begin_;
  const bool has_feed = begin_ + length < end_;
  begin_ += length + (has_feed ? 1 : 0);
  const bool has_return = has_feed && length > 0 && row[length - 1] == '\r';
  const std::size_t content = length - (has_return ? 1 : 0);
  check_text({row, content});
  split({row, content}, cells);
  if (num_cells_ == 0) num_cells_ = cells.size();
  if (cells.size() != num_cells_)
    fail(length == 0 ? "the line is empty" : "the row has another number of cells than the first",
         std::to_string(num_cells_), std::to_string(cells.size()));
  return true;
}

void CsvReader::split(std::span<char> row, std::vector<std::string_view>& cells) {
  for (std::size_t at = 0;; ++at) {
    if (at < row.size() && row[at] == '"') {
      cells.push_back(unquote(row, at));
    } else {
      const std::string_view rest(row.data() + at, row.size() - at);
      const std::string_view cell = rest.substr(0, rest.find(','));
      if (cell.find('"') != cell.npos)
        fail("cell " + std::to_string(cells.size() + 1) + ": a quote in a cell that does not begin with one",
             "", shown(cell));
      cells.push_back(cell);
      at += cell.size();
    }
    if (at == row.size()) return;
    if (row[at] != ',')
      fail("cell " + std::to_string(cells.size()) + ": text behind the closing quote", "\",\"",
           shown(std::string_view(row.data() + at, row.size() - at)));
  }
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

float CsvReader::number(std::span<const std::string_view> cells, std::size_t column) const {
  const std::string_view cell = cells[column];
  const auto value = parse_number(cell);
  if (value && std::isfinite(*value)) return *value;
  const bool is_large = value && cell.find_first_of("0123456789") != cell.npos;
  fail("cell " + std::to_string(column + 1) +
           (cell.empty() ? " is empty"
            : is_large   ? " is beyond the range of float32"
                         : " is no finite number"),
       "a decimal number", shown(cell));
}

std::int32_t CsvReader::label(std::span<const std::string_view> cells, std::size_t column) const {
  const std::string_view cell = cells[column];
  double value = -1;
  const auto [stop, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (error != std::errc() || stop != cell.data() + cell.size() || !(value >= 0 && value < 0x1p31) ||
      value != std::floor(value))
    fail("cell " + std::to_string(column + 1) + " is no class label", "a whole number from 0 on",
         shown(cell));
  return static_cast<std::int32_t>(value);
}

bool is_csv_header(std::span<const std::string_view> cells) {
  return std::any_of(cells.begin(), cells.end(),
                     [](std::string_view cell) { return !cell.empty() && !parse_number(cell); });
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
    // A byte order mark as content would be skipped if the row were a file's first.
    if (cells[i].find_first_of(",\"\r\n") == std::string::npos && !cells[i].starts_with(kByteOrderMark)) {
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
