// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/limits.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <locale>

namespace regulus {
namespace {

// The first number of the file; absent for "max" and where there is no such file.
void lower_to(std::uint64_t& bytes, const char* path) {
  std::ifstream file(path);
  file.imbue(std::locale::classic());
  std::uint64_t value = 0;
  if (file >> value) bytes = std::min(bytes, value);
}

std::uint64_t measured_budget() {
  std::uint64_t bytes = static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) *
                        static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  lower_to(bytes, "/sys/fs/cgroup/memory.max");
  lower_to(bytes, "/sys/fs/cgroup/memory/memory.limit_in_bytes");
  return bytes / 5 * 4;
}

}  // namespace

std::uint64_t memory_budget() {
  static const std::uint64_t budget = measured_budget();
  return budget;
}

}  // namespace regulus
