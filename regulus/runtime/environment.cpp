// SPDX-License-Identifier: Apache-2.0
#include "regulus/runtime/environment.h"

#include <cstdlib>

namespace regulus::runtime {

std::optional<std::string> environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return std::string(value);
}

}  // namespace regulus::runtime
