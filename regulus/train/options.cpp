// SPDX-License-Identifier: Apache-2.0
#include "regulus/train/options.h"

#include <string>

#include "regulus/base/error.h"

namespace regulus {
namespace {

int parse_verbose(const std::string& text) {
  if (text == "auto") return -1;
  if (text == "0" || text == "1" || text == "2") return text[0] - '0';
  throw ConfigError({.where = "verbose",
                     .what = "is not known",
                     .expected = "0, 1, 2 or \"auto\"",
                     .found = "\"" + text + "\""});
}

}  // namespace

Verbose::Verbose(int level) : level_(level) {
  if (level < 0 || level > 2)
    throw ConfigError({.where = "verbose",
                       .what = "is not known",
                       .expected = "0, 1, 2 or \"auto\"",
                       .found = std::to_string(level)});
}

Verbose::Verbose(const char* text) : level_(parse_verbose(text)) {}

}  // namespace regulus
