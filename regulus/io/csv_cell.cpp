// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/csv_cell.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <system_error>

namespace regulus::io {
namespace {

constexpr std::size_t kShown = 40;
constexpr std::string_view kBlanks = " \t";
constexpr std::string_view kDigits = "0123456789";

std::optional<float> plain_number(std::string_view text) {
  if (text.starts_with('+') && text.size() > 1 && (text[1] == '.' || kDigits.find(text[1]) != kDigits.npos))
    text.remove_prefix(1);
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

std::optional<float> comma_number(std::string_view text) {
  if (text.find('.') != text.npos || text.ends_with(',')) return std::nullopt;
  std::string with_point(text);
  std::replace(with_point.begin(), with_point.end(), ',', '.');
  return plain_number(with_point);
}

std::optional<float> truth(std::string_view text) {
  for (const std::string_view word : {"true", "True", "TRUE"})
    if (text == word) return 1.0f;
  for (const std::string_view word : {"false", "False", "FALSE"})
    if (text == word) return 0.0f;
  return std::nullopt;
}

}  // namespace

std::string_view trimmed(std::string_view cell) {
  const std::size_t begin = cell.find_first_not_of(kBlanks);
  if (begin == cell.npos) return {};
  return cell.substr(begin, cell.find_last_not_of(kBlanks) + 1 - begin);
}

bool is_missing(std::string_view cell) {
  static constexpr std::array<std::string_view, 22> kWords = {
      "",    "?",   "-",    "NA",   "N/A",  "n/a",  "na",   "#N/A", "#NA",  "<NA>", "nan",
      "NaN", "NAN", "-nan", "-NaN", "null", "NULL", "Null", "None", "none", "NONE", "NaT"};
  return std::find(kWords.begin(), kWords.end(), trimmed(cell)) != kWords.end();
}

std::optional<float> cell_number(std::string_view cell, char decimal) {
  const std::string_view text = trimmed(cell);
  const auto value = decimal == ',' ? comma_number(text) : plain_number(text);
  return value ? value : truth(text);
}

CellKind cell_kind(std::string_view cell, char decimal) {
  if (is_missing(cell)) return CellKind::kMissing;
  return cell_number(cell, decimal) ? CellKind::kNumber : CellKind::kText;
}

std::string shown_cell(std::string_view cell) {
  if (cell.size() <= kShown) return '"' + std::string(cell) + '"';
  return '"' + std::string(cell.substr(0, kShown)) + "\"...";
}

}  // namespace regulus::io
