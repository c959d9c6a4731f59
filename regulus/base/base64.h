// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace regulus {

/// Bytes as text, with padding (RFC 4648, section 4).
std::string to_base64(std::span<const std::uint8_t> bytes);
/// Back again; absent for anything that to_base64() does not write.
std::optional<std::vector<std::uint8_t>> from_base64(std::string_view text);

}  // namespace regulus
