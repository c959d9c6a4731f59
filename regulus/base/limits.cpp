// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/limits.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <locale>
#include <string>

namespace regulus {
namespace {

// The first number of the file; absent for "max" and where there is no such file.
void lower_to(std::uint64_t& bytes, const std::string& path) {
  std::ifstream file(path);
  file.imbue(std::locale::classic());
  std::uint64_t value = 0;
  if (file >> value) bytes = std::min(bytes, value);
}

// The limits of a control group and of those that it lies in; the outermost is all that a container may see.
void lower_to_groups(std::uint64_t& bytes, const std::string& mount, std::string group,
                     const std::string& file) {
  for (;; group.erase(group.rfind('/'))) {
    lower_to(bytes, mount + group + file);
    if (group.find('/') == group.npos) return;
  }
}

std::uint64_t measured_budget() {
  std::uint64_t bytes = static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) *
                        static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  lower_to(bytes, "/sys/fs/cgroup/memory.max");
  lower_to(bytes, "/sys/fs/cgroup/memory/memory.limit_in_bytes");
  // NUMBER:CONTROLLERS:PATH, a line for each hierarchy; version 2 has number 0 and names no controllers.
  std::ifstream groups("/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = first == line.npos ? first : line.find(':', first + 1);
    if (second == line.npos) continue;
    const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",";
    if (controllers == ",,") lower_to_groups(bytes, "/sys/fs/cgroup", line.substr(second + 1), "/memory.max");
    if (controllers.find(",memory,") != controllers.npos)
      lower_to_groups(bytes, "/sys/fs/cgroup/memory", line.substr(second + 1), "/memory.limit_in_bytes");
  }
  return bytes / 5 * 4;
}

}  // namespace

std::uint64_t memory_budget() {
  static const std::uint64_t budget = measured_budget();
  return budget;
}

}  // namespace regulus
