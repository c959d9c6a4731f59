// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace regulus {

/// Another way to write a name.
struct Alias {
  std::string_view written;
  std::string_view meant;
};

/// Throws ConfigError `KIND: "NAME" is not known. Did you mean …?`
[[noreturn]] void throw_unknown(const char* kind, const std::string& name,
                                std::span<const std::string_view> known);

/// The known name that an identifier stands for: itself, its snake_case form ("he_normal" for
/// "HeNormal") or an alias. Else throws as throw_unknown().
std::string resolve_identifier(const char* kind, const std::string& identifier,
                               std::span<const std::string_view> known, std::span<const Alias> aliases = {});

/// Throws ConfigError unless a user's own function may have this name: not empty, and none that Keras gives a
/// meaning, since a file would then mean that.
void require_own_name(const char* where, const std::string& name, std::span<const std::string_view> known,
                      std::span<const Alias> aliases);

}  // namespace regulus
