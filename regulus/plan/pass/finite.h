// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>

namespace regulus::plan {

/// True if no value is an infinity or a NaN: an exponent of all ones. Without a branch, so that a tile in the
/// cache costs next to nothing.
template <class T>
bool all_finite(const T* values, std::int64_t count) {
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  constexpr Bits kExponent = sizeof(T) == 4 ? Bits{0x7f800000u} : static_cast<Bits>(0x7ff0000000000000u);
  constexpr Bits kLowest = kExponent & (~kExponent + 1);
  constexpr Bits kSign = static_cast<Bits>(~(~Bits{0} >> 1));
  Bits carries = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    Bits bits;
    std::memcpy(&bits, values + i, sizeof bits);
    carries |= (bits & kExponent) + kLowest;
  }
  return (carries & kSign) == 0;
}

}  // namespace regulus::plan
