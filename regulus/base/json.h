// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "regulus/base/value.h"

namespace regulus {

/// Parses a JSON document that may be hostile: at most 96 MiB, depth 64, no duplicate keys, finite
/// numbers only. Throws DataError that begins with `where`.
Value parse_json(std::string_view text, const std::string& where);

/// Compact JSON (indent < 0) or pretty-printed. Doubles in their shortest form that round-trips;
/// non-finite ones become null.
std::string to_json(const Value& value, int indent = -1);

}  // namespace regulus
