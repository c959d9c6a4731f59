// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace regulus {

/// Bytes of the well-formed UTF-8 character that begins at `at` (Unicode 15, table 3-7), 0 if none
/// does. Requires at < text.size().
std::size_t utf8_length(std::string_view text, std::size_t at);

/// True if the character of `length` bytes at `at` must not reach a terminal or a line of text as it is:
/// control characters (C0, DEL, C1), line and paragraph separators, and what is not seen itself but changes
/// how others look (Unicode 15: bidirectional marks, embeddings and isolates, zero-width and invisible ones,
/// tags).
bool is_unseen(std::string_view text, std::size_t at, std::size_t length);

/// True if the whole text is well-formed UTF-8.
bool is_utf8(std::string_view text);

}  // namespace regulus
