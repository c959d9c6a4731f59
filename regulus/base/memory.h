// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

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

/// Bytes that this process may still take: of memory_budget() what it does not hold yet, no more than the
/// machine has free, and no more than its limits of address space and data (ulimit -v, -d) leave. Asked of
/// the system each time, so that what anything else in the process has taken counts too.
std::uint64_t memory_left();

/// Throws the DataError `WHERE: WHAT is too large for the memory that is left` if so many bytes are more than
/// memory_left(). Readers call it where they take memory; less than a MiB passes unasked.
void require_memory_to_read(std::uint64_t bytes, const std::string& where, std::string_view what);

}  // namespace regulus
