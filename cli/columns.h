// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace regulus::cli {

/// Columns that a text takes on a terminal: two for the wide characters of East Asia and for emoji, none for
/// marks that join the character before.
std::size_t shown_width(const std::string& text);
/// `text` with spaces to its left (right) until it has `width` columns.
std::string right(const std::string& text, std::size_t width);
std::string left(const std::string& text, std::size_t width);
/// As much of the text as fits `width` columns, ending in "…" (ASCII: "...") where something is left out.
std::string shortened(const std::string& text, std::size_t width);

/// Columns for people on standard output: 80, or the terminal's if it has fewer.
std::size_t text_columns();

/// One line of a table.
using Cells = std::vector<std::string>;
/// The lines under their titles, each column as wide as its widest cell. `align`: 'l' or 'r' for each column.
/// What passes text_columns() is made to fit: long cells of left columns are shortened, and if that is not
/// enough, each line becomes a paragraph of "title value" pairs under its first cells (those before the first
/// 'r' behind an 'l').
std::string table(const Cells& titles, const std::vector<Cells>& lines, const std::string& align);

}  // namespace regulus::cli
