// SPDX-License-Identifier: Apache-2.0
#include "regulus/runtime/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <string>

#include "regulus/base/plain_text.h"
#include "regulus/runtime/environment.h"

namespace regulus::runtime {

bool is_terminal(int descriptor) {
  return isatty(descriptor) == 1 && environment("TERM").value_or("dumb") != "dumb";
}

int terminal_columns(int descriptor) {
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

bool has_utf8_locale() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"})
    if (const auto value = environment(name)) {
      const std::string locale = lower_case(*value);
      return locale.find("utf-8") != std::string::npos || locale.find("utf8") != std::string::npos;
    }
  return false;
}

bool colour_wanted() {
  return !environment("NO_COLOR");
}

}  // namespace regulus::runtime
