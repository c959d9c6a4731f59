// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace regulus {

/// Bytes of the well-formed UTF-8 character that begins at `at` (Unicode 15, table 3-7), 0 if none
/// does. Requires at < text.size().
std::size_t utf8_length(std::string_view text, std::size_t at);

/// True if the whole text is well-formed UTF-8.
bool is_utf8(std::string_view text);

}  // namespace regulus
