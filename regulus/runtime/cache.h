// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace regulus::runtime {

/// Bytes of a core's second-level cache; 512 KiB where the system does not tell. Asked once.
std::int64_t second_level_cache();

}  // namespace regulus::runtime
