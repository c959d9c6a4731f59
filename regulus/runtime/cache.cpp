// SPDX-License-Identifier: Apache-2.0
#include "regulus/runtime/cache.h"

#include <unistd.h>

namespace regulus::runtime {

std::int64_t second_level_cache() {
  static const std::int64_t size = [] {
    constexpr std::int64_t kUsual = 512 * 1024;
#ifdef _SC_LEVEL2_CACHE_SIZE
    const long told = sysconf(_SC_LEVEL2_CACHE_SIZE);
    if (told > 0) return std::int64_t{told};
#endif
    return kUsual;
  }();
  return size;
}

}  // namespace regulus::runtime
