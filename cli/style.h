// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace regulus::cli {

/// How text may look where it is written: colour only on a terminal that wants it, box characters
/// only where the locale is UTF-8. Colour never carries meaning alone.
struct Style {
  bool colour = false;
  bool utf8 = false;
  int columns = 0;  ///< of the terminal; 0: no terminal

  std::string strong(const std::string& text) const { return painted("1", text); }
  std::string faint(const std::string& text) const { return painted("2", text); }
  std::string alarm(const std::string& text) const { return painted("1;31", text); }
  /// "── title ─────", 80 columns or what the terminal has.
  std::string heading(const std::string& title) const;

 private:
  std::string painted(const char* code, const std::string& text) const;
};

/// Chooses between "auto", "always" and "never" for the whole program (--color).
void choose_colour(const std::string& when);
/// The style for what is written to this file descriptor.
Style style_for(int descriptor);

}  // namespace regulus::cli
