// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "regulus/base/error.h"

namespace regulus {

/// What is wanted needs more memory than there is for it.
class MemoryError : public Error {
 public:
  using Error::Error;
  /// "memory"
  const char* kind() const noexcept override;
};

/// "96 bytes", "1.5 MB", "6.4 GB": in powers of 1,000, at most one decimal, rounded down.
std::string bytes_text(std::int64_t bytes);

/// To be asked before memory is taken: the system promises more than it has and ends the process later.
/// Throws MemoryError `WHERE: WHAT (expected at most …, found …). FIX` if `bytes` are more than
/// memory_budget() (limits.h).
void require_memory(std::int64_t bytes, const std::string& where, const std::string& what,
                    const std::string& fix = "");

}  // namespace regulus
