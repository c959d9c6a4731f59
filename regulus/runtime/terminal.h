// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace regulus::runtime {

/// True if the file descriptor leads to a terminal that understands control sequences (TERM is not "dumb").
bool is_terminal(int descriptor);
/// Columns of that terminal; 80 if it does not say.
int terminal_columns(int descriptor);
/// True if the locale's characters are UTF-8: LC_ALL, else LC_CTYPE, else LANG.
bool has_utf8_locale();
/// False when NO_COLOR is set (no-color.org).
bool colour_wanted();

}  // namespace regulus::runtime
