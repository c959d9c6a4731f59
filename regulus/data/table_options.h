// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace regulus {

/// What becomes of a row that lacks a value.
enum class Missing : std::uint8_t {
  kRefuse,  ///< an error that names the place
  kDrop,    ///< the row is left out, its label too; said with a count
  kFill,    ///< TableOptions::fill takes the place
};

/// How a table of text (CSV and its kin) is read. What is not said is found out from the file, and said in
/// the notes of the reader.
struct TableOptions {
  /// One of , ; | a tab, or a blank, which stands for any number of blanks and tabs. Empty: found out.
  std::string separator = {};
  /// The sign before the fraction: '.' or ','.
  char decimal = '.';
  /// Whether the first row names the columns. Unsaid: it does where its cells are words and those below are
  /// numbers.
  std::optional<bool> header = {};
  /// The columns to use as features, in this order: names, numbers from 0 on (-1: the last), ranges of
  /// numbers A:B without B, or several with commas between. Empty: all that are not dropped.
  std::vector<std::string> columns = {};
  /// Columns to leave out, named in the same way.
  std::vector<std::string> drop = {};
  /// Empty cells, ?, -, NA, N/A, nan, null and None in a table, and NaN in an array, are values that are
  /// missing.
  Missing missing = Missing::kRefuse;
  float fill = 0;
};

}  // namespace regulus
