// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/identifier.h"

#include <vector>

#include "regulus/base/error.h"
#include "regulus/base/names.h"

namespace regulus {

void throw_unknown(const char* kind, const std::string& name, std::span<const std::string_view> known) {
  throw ConfigError(
      {.where = kind, .what = "\"" + name + "\" is not known", .fix = did_you_mean(name, known)});
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

void require_own_name(const char* where, const std::string& name, std::span<const std::string_view> known,
                      std::span<const Alias> aliases) {
  bool taken = name.empty();
  for (const std::string_view each : known) taken = taken || name == each || name == snake_case(each);
  for (const Alias& alias : aliases) taken = taken || name == alias.written;
  if (taken)
    throw ConfigError({.where = where,
                       .what = name.empty() ? "the name is empty" : "the name is one of Keras's",
                       .found = name,
                       .fix = "Choose another: files know a function by its name."});
}

}  // namespace regulus
