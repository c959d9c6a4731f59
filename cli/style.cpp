// SPDX-License-Identifier: Apache-2.0
#include "cli/style.h"

#include <stdlib.h>

#include <algorithm>

#include "regulus/runtime/terminal.h"

namespace regulus::cli {
namespace {

constexpr int kWidestTitle = 80;
bool always = false;

}  // namespace

std::string Style::painted(const char* code, const std::string& text) const {
  return colour ? "\x1b[" + std::string(code) + "m" + text + "\x1b[0m" : text;
}

std::string Style::heading(const std::string& title) const {
  const std::string dash = utf8 ? "─" : "-";
  std::string line = dash + dash + ' ' + title + ' ';
  const int rest =
      (columns > 0 ? std::min(columns, kWidestTitle) : kWidestTitle) - static_cast<int>(title.size()) - 4;
  for (int i = 0; i < rest; ++i) line += dash;
  return strong(line);
}

void choose_colour(const std::string& when) {
  // The library's progress bar asks the same question of the same variable.
  if (when == "never") setenv("NO_COLOR", "1", 1);
  if (when == "always") unsetenv("NO_COLOR");
  always = when == "always";
}

Style style_for(int descriptor) {
  const bool terminal = runtime::is_terminal(descriptor);
  Style style;
  style.colour = always || (terminal && runtime::colour_wanted());
  style.utf8 = runtime::has_utf8_locale();
  if (terminal) style.columns = runtime::terminal_columns(descriptor);
  return style;
}

}  // namespace regulus::cli
