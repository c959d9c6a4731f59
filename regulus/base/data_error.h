// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace regulus {

/// Throws the DataError of these parts.
[[noreturn]] void throw_data(const std::string& where, std::string what, std::string expected = "",
                             std::string found = "", std::string fix = "");

/// 60000 -> "60,000". Counts come from files: those beyond the largest int64 are shown as that.
std::string count_text(std::uint64_t count);

}  // namespace regulus
