// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/identifier.h"

#include <vector>

#include "regulus/base/error.h"
#include "regulus/base/names.h"

namespace regulus {

void throw_unknown(const char* kind, const std::string& name, std::span<const std::string_view> known) {
  throw ConfigError({.where = kind,
                     .what = "\"" + name + "\" is not known",
                     .expected = "",
                     .found = "",
                     .fix = did_you_mean(name, known)});
}

std::string resolve_identifier(const char* kind, const std::string& identifier,
                               std::span<const std::string_view> known, std::span<const Alias> aliases) {
  std::vector<std::string> spelled;
  for (const std::string_view name : known) {
    spelled.push_back(snake_case(name));
    if (identifier == name || identifier == spelled.back()) return std::string(name);
  }
  std::vector<std::string_view> suggestions(spelled.begin(), spelled.end());
  for (const Alias& alias : aliases) {
    if (identifier == alias.written) return std::string(alias.meant);
    suggestions.push_back(alias.written);
  }
  throw_unknown(kind, identifier, suggestions);
}

}  // namespace regulus
