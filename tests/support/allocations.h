// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

// Replaces operator new and delete of a test program, so that every allocation counts, on any thread. For
// one source file of a program.

namespace regulus::testing {

inline std::atomic<std::int64_t> allocations = 0;
/// The most bytes that one of them has asked for.
inline std::atomic<std::size_t> largest_allocation = 0;

/// Those of the second call: the first may find a place for what a thread keeps.
template <class Call>
std::int64_t count_allocations(Call&& call) {
  call();
  const std::int64_t before = allocations;
  call();
  return allocations - before;
}

inline void* counted(std::size_t size, std::size_t alignment) noexcept {
  ++allocations;
  for (std::size_t largest = largest_allocation; size > largest;)
    if (largest_allocation.compare_exchange_weak(largest, size)) break;
  return std::aligned_alloc(alignment, (size / alignment + 1) * alignment);
}

inline void* checked(void* p) {
  if (p == nullptr) throw std::bad_alloc();
  return p;
}

inline constexpr std::size_t kDefaultAlignment = alignof(std::max_align_t);

}  // namespace regulus::testing

// Not inlined: the compiler would take free() for a mistake.
#define REPLACED [[gnu::noinline]]
REPLACED void* operator new(std::size_t size) {
  return regulus::testing::checked(regulus::testing::counted(size, regulus::testing::kDefaultAlignment));
}
REPLACED void* operator new[](std::size_t size) {
  return regulus::testing::checked(regulus::testing::counted(size, regulus::testing::kDefaultAlignment));
}
REPLACED void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return regulus::testing::counted(size, regulus::testing::kDefaultAlignment);
}
REPLACED void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return regulus::testing::counted(size, regulus::testing::kDefaultAlignment);
}
REPLACED void* operator new(std::size_t size, std::align_val_t alignment) {
  return regulus::testing::checked(regulus::testing::counted(size, static_cast<std::size_t>(alignment)));
}
REPLACED void* operator new[](std::size_t size, std::align_val_t alignment) {
  return regulus::testing::checked(regulus::testing::counted(size, static_cast<std::size_t>(alignment)));
}
REPLACED void operator delete(void* p) noexcept {
  std::free(p);
}
REPLACED void operator delete[](void* p) noexcept {
  std::free(p);
}
REPLACED void operator delete(void* p, std::size_t) noexcept {
  std::free(p);
}
REPLACED void operator delete[](void* p, std::size_t) noexcept {
  std::free(p);
}
REPLACED void operator delete(void* p, std::align_val_t) noexcept {
  std::free(p);
}
REPLACED void operator delete[](void* p, std::align_val_t) noexcept {
  std::free(p);
}
REPLACED void operator delete(void* p, std::size_t, std::align_val_t) noexcept {
  std::free(p);
}
REPLACED void operator delete[](void* p, std::size_t, std::align_val_t) noexcept {
  std::free(p);
}
#undef REPLACED
