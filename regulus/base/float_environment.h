// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#if !defined(__x86_64__) && !defined(__aarch64__)
#include <cfenv>
#endif

namespace regulus {

/// While one lives, its thread computes as IEEE 754 says: it rounds to nearest, keeps denormals and traps
/// nothing. Programs around a library do set other modes (audio and games flush denormals to zero, interval
/// arithmetic rounds up); with them results would depend on which thread computed what. Every function that
/// computes begins with one; the caller's mode comes back when it ends.
class StandardFloats {
 public:
  StandardFloats() noexcept : before_(control()) {
    if (!is_standard(before_)) set(standard());
  }
  ~StandardFloats() {
    if (!is_standard(before_)) set(before_);
  }
  StandardFloats(const StandardFloats&) = delete;
  StandardFloats& operator=(const StandardFloats&) = delete;

  /// Once more, after code of somebody else has run on this thread.
  static void renew() noexcept {
    if (!is_standard(control())) set(standard());
  }

 private:
#if defined(__x86_64__)
  struct Control {
    std::uint32_t mxcsr;  // its six lowest bits are results, not modes
    std::uint16_t x87;    // strtod heeds it
  };
  static Control control() noexcept {
    Control value{__builtin_ia32_stmxcsr(), 0};
    __asm__ __volatile__("fnstcw %0" : "=m"(value.x87));
    return value;
  }
  static void set(Control value) noexcept {
    __builtin_ia32_ldmxcsr(value.mxcsr);
    __asm__ __volatile__("fldcw %0" : : "m"(value.x87) : "memory");
  }
  static Control standard() noexcept {
    return {0x1f80, 0x037f};
  }
  static bool is_standard(Control value) noexcept {
    return (value.mxcsr & 0xffc0u) == 0x1f80u && (value.x87 & 0x0f3fu) == 0x033fu;
  }
#elif defined(__aarch64__)
  using Control = std::uint64_t;  // FPCR
  static Control control() noexcept {
    Control value = 0;
    __asm__ __volatile__("mrs %0, fpcr" : "=r"(value));
    return value;
  }
  static void set(Control value) noexcept {
    __asm__ __volatile__("msr fpcr, %0" : : "r"(value) : "memory");
  }
  static Control standard() noexcept {
    return 0;
  }
  static bool is_standard(Control value) noexcept {
    return value == 0;
  }
#else
  using Control = int;  // the rounding mode is all that C++ knows
  static Control control() noexcept {
    return std::fegetround();
  }
  static void set(Control value) noexcept {
    std::fesetround(value);
  }
  static Control standard() noexcept {
    return FE_TONEAREST;
  }
  static bool is_standard(Control value) noexcept {
    return value == FE_TONEAREST;
  }
#endif

  Control before_;
};

}  // namespace regulus
