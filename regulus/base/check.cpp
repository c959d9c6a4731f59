// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/check.h"

#include <charconv>

#include "regulus/base/error.h"

namespace regulus {

std::string number_text(double value) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value);
  return std::string(text, end.ptr);
}

void require_number(bool ok, const std::string& where, const std::string& rule, double value) {
  if (ok) return;
  throw ConfigError({.where = where, .what = rule + ", got " + number_text(value)});
}

}  // namespace regulus
