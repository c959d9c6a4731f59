// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/memory.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "regulus/base/data_error.h"
#include "regulus/base/limits.h"

namespace regulus {
namespace {

constexpr std::uint64_t kUnasked = std::uint64_t{1} << 20;
constexpr std::uint64_t kNoLimit = ~std::uint64_t{0};

// What of a limit is not used.
std::uint64_t rest(std::uint64_t limit, std::uint64_t used) {
  return limit - std::min(limit, used);
}

std::uint64_t soft_limit(decltype(RLIMIT_AS) resource) {
  rlimit limit = {};
  return ::getrlimit(resource, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY ? limit.rlim_cur : kNoLimit;
}

// What the kernel thinks a program could have without swapping; no limit where it does not say.
std::uint64_t available() {
  std::ifstream file("/proc/meminfo");
  std::string key, unit;
  for (std::uint64_t kibibytes = 0; file >> key >> kibibytes;) {
    if (key == "MemAvailable:") return kibibytes << 10;
    std::getline(file, unit);
  }
  return kNoLimit;
}

}  // namespace

std::uint64_t memory_left() {
  // Pages: the address space, what of it is in memory, shared, code, libraries, data and stack.
  std::uint64_t size = 0, resident = 0, shared = 0, code = 0, libraries = 0, data = 0;
  std::ifstream("/proc/self/statm") >> size >> resident >> shared >> code >> libraries >> data;
  const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  return std::min({rest(memory_budget(), resident * page), available(),
                   rest(soft_limit(RLIMIT_AS), size * page), rest(soft_limit(RLIMIT_DATA), data * page)});
}

void require_memory(std::uint64_t bytes, const std::string& where, std::string_view what) {
  if (bytes < kUnasked) return;
  if (const std::uint64_t left = memory_left(); bytes > left)
    throw_data(where, std::string(what) + " is too large for the memory that is left",
               "at most " + count_text(left) + " bytes", count_text(bytes));
}

}  // namespace regulus
