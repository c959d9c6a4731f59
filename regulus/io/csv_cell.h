// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace regulus::io {

/// What stands in a cell of a table, blanks around it left out.
enum class CellKind : std::uint8_t {
  kNumber,   ///< a decimal number, or true or false
  kMissing,  ///< is_missing
  kText,
};

/// Without the blanks and tabs around it.
std::string_view trimmed(std::string_view cell);

/// A cell that says that there is no value: empty, ?, -, NA, N/A, #N/A, <NA>, nan, null or None, in the usual
/// capitals.
bool is_missing(std::string_view cell);

/// The nearest float32 of a decimal number with `decimal` before its fraction and perhaps a sign, or of nan
/// and inf; infinite beyond the range. true and false (True, TRUE) are 1 and 0. Absent for anything else.
std::optional<float> cell_number(std::string_view cell, char decimal = '.');

CellKind cell_kind(std::string_view cell, char decimal = '.');

/// In quotes for an error, the first 40 bytes.
std::string shown_cell(std::string_view cell);

}  // namespace regulus::io
