// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

namespace regulus::runtime {

/// The one place where the library reads the environment. Empty values count as not set.
std::optional<std::string> environment(const char* name);

}  // namespace regulus::runtime
