// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/memory.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <locale>

#include "regulus/base/data_error.h"
#include "regulus/base/limits.h"
#include "regulus/base/sizes.h"

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
  file.imbue(std::locale::classic());
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
  std::ifstream file("/proc/self/statm");
  file.imbue(std::locale::classic());
  file >> size >> resident >> shared >> code >> libraries >> data;
  const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  return std::min({rest(memory_budget(), resident * page), available(),
                   rest(soft_limit(RLIMIT_AS), size * page), rest(soft_limit(RLIMIT_DATA), data * page)});
}

void require_memory_to_read(std::uint64_t bytes, const std::string& where, std::string_view what) {
  if (bytes < kUnasked) return;
  if (const std::uint64_t left = memory_left(); bytes > left)
    throw_data(where, std::string(what) + " is too large for the memory that is left",
               "at most " + count_text(left) + " bytes", count_text(bytes));
}

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
