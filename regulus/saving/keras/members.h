// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

#include "regulus/base/value.h"

// Getting at the members of a file's JSON: each error is a ConfigError.

namespace regulus::keras {

[[noreturn]] void throw_member(const std::string& where, std::string what, std::string found = "",
                               std::string fix = "");
/// The member. Throws if it is missing, null, or `dict` is no dict.
const Value& required(const Value& dict, const char* key, const std::string& where);
/// The same of a text.
const std::string& required_text(const Value& dict, const char* key, const std::string& where);
/// The text, or "" where there is none.
std::string text_or_empty(const Value& dict, const char* key);
/// The member, or nullptr if it is missing or null.
const Value* find_member(const Value& dict, const char* key);

/// `layer 3 "lstm" (LSTM)`, as far as the entry says so.
std::string layer_where(const Value& entry, std::size_t number);

}  // namespace regulus::keras
