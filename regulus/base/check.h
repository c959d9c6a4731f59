// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace regulus {

/// A number in the shortest form that reads back as the same double: "0.1", "1e-07", "nan".
std::string number_text(double value);

/// Throws ConfigError `WHERE: RULE, got VALUE.` unless `ok`. Write the test so that NaN fails it.
void require_number(bool ok, const std::string& where, const std::string& rule, double value);

}  // namespace regulus
