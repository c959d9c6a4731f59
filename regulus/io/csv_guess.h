// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "regulus/base/limits.h"
#include "regulus/io/csv.h"

namespace regulus::io {

/// What the first lines of a table tell of it.
struct CsvGuess {
  CsvFormat format;
  bool has_names = false;  ///< the first row (or the comment before it) names the columns
  bool may_count = false;  ///< it counts 0, 1, 2 … and the next does not: names or values, who knows
  std::vector<std::vector<std::string>> rows;  ///< the first rows, that of names included, with blanks
};

/// Of a table's first bytes; `whole`: there are no more. What is given is not guessed.
/// Separator: of tab, semicolon, bar, comma and blanks the one that cuts all lines into equally many cells,
/// of several the one whose cells are most often numbers; without any, a comma. Names: the first row, where
/// the cells of at least one column are a word above numbers and no column has a number above numbers, whole
/// numbers that rise apart ("label, 0, 1, 2"); a row alone, if it holds words only. Where
/// the first cell is empty and the others count 0, 1, 2 …, pandas has written them: these are names. A
/// missing value is neither. A comment before the first row names its columns if it has as many words.
CsvGuess guess_csv(std::string_view first, bool whole, std::optional<char> separator, char decimal,
                   std::optional<bool> has_names, const Limits& limits = {});

/// Bytes in which guess_csv finds enough of most tables: `enough_for_guess` says whether it does.
inline constexpr std::size_t kCsvGuessBytes = std::size_t{64} << 10;
bool enough_for_guess(std::string_view first);

}  // namespace regulus::io
