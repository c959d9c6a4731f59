// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace regulus {

/// Bytes that this process may still take: of memory_budget() what it does not hold yet, no more than the
/// machine has free, and no more than its limits of address space and data (ulimit -v, -d) leave. Asked of
/// the system each time, so that what anything else in the process has taken counts too.
std::uint64_t memory_left();

/// Throws the DataError `WHERE: WHAT is too large for the memory that is left` if so many bytes are more than
/// memory_left(). Readers call it where they take memory; less than a MiB passes unasked.
void require_memory(std::uint64_t bytes, const std::string& where, std::string_view what);

}  // namespace regulus
