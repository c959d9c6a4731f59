// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace regulus {

// Texts that are the same in every locale a program may have chosen: printf's family writes a decimal comma
// where the locale has one, tolower and strerror follow it too. Integers have std::to_string.

/// printf's "%.*f": 1234.5, 2 -> "1234.50".
std::string fixed_text(double value, int decimals);
/// printf's "%.*e": 0.00012, 1 -> "1.2e-04".
std::string exponent_text(double value, int decimals);
/// ASCII letters alone.
std::string lower_case(std::string text);
/// What the system says of an errno, in English.
std::string system_message(int error);

}  // namespace regulus
