// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/memory.h"

#include <algorithm>
#include <limits>

#include "regulus/base/limits.h"
#include "regulus/base/sizes.h"

namespace regulus {

const char* MemoryError::kind() const noexcept {
  return "memory";
}

std::string bytes_text(std::int64_t bytes) {
  constexpr std::int64_t kThousand = 1000;
  if (bytes < kThousand) return std::to_string(bytes) + " bytes";
  std::int64_t unit = kThousand;
  const char* const names[] = {"KB", "MB", "GB", "TB", "PB", "EB"};
  std::size_t name = 0;
  for (; bytes / unit >= kThousand; unit *= kThousand) ++name;
  const std::int64_t tenths = bytes / (unit / 10);
  const std::string text =
      std::to_string(tenths / 10) + (tenths % 10 == 0 ? "" : "." + std::to_string(tenths % 10));
  return (bytes == kTooLarge ? "more than " : "") + text + " " + names[name];
}

void require_memory(std::int64_t bytes, const std::string& where, const std::string& what,
                    const std::string& fix) {
  const std::uint64_t budget = memory_budget();
  if (static_cast<std::uint64_t>(bytes) <= budget) return;
  const auto most = static_cast<std::int64_t>(std::min<std::uint64_t>(budget, kTooLarge));
  throw MemoryError({.where = where,
                     .what = what,
                     .expected = "at most " + bytes_text(most) + ", 80 % of the memory there is",
                     .found = bytes_text(bytes),
                     .fix = fix});
}

}  // namespace regulus
