// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

namespace regulus::random {

/// A 64-bit seed, split into the two words that Philox takes as its key.
struct Key {
  std::uint32_t lo = 0;
  std::uint32_t hi = 0;
  constexpr Key() = default;
  constexpr explicit Key(std::uint64_t seed)
      : lo(static_cast<std::uint32_t>(seed)), hi(static_cast<std::uint32_t>(seed >> 32)) {}
  constexpr std::uint64_t seed() const { return (std::uint64_t{hi} << 32) | lo; }
  friend constexpr bool operator==(Key, Key) = default;
};

using Counter = std::array<std::uint32_t, 4>;

inline constexpr std::uint32_t kPhiloxM0 = 0xD2511F53u;
inline constexpr std::uint32_t kPhiloxM1 = 0xCD9E8D57u;
inline constexpr std::uint32_t kPhiloxW0 = 0x9E3779B9u;
inline constexpr std::uint32_t kPhiloxW1 = 0xBB67AE85u;
inline constexpr int kPhiloxRounds = 10;

/// Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011):
/// four random words as a pure function of (key, counter).
constexpr Counter philox(Key key, Counter c) {
  std::uint32_t k0 = key.lo;
  std::uint32_t k1 = key.hi;
  for (int round = 0; round < kPhiloxRounds; ++round) {
    const std::uint64_t p0 = std::uint64_t{kPhiloxM0} * c[0];
    const std::uint64_t p1 = std::uint64_t{kPhiloxM1} * c[2];
    c = {static_cast<std::uint32_t>(p1 >> 32) ^ c[1] ^ k0, static_cast<std::uint32_t>(p1),
         static_cast<std::uint32_t>(p0 >> 32) ^ c[3] ^ k1, static_cast<std::uint32_t>(p0)};
    k0 += kPhiloxW0;
    k1 += kPhiloxW1;
  }
  return c;
}

/// What a draw is for: the last counter word is `purpose << 24 | index` (see stream()), so two
/// uses of one seed never share a counter.
enum class Purpose : std::uint32_t {
  kMask = 1,     ///< dropout decisions: (unit block, row, step or sample, stream of the layer)
  kInit = 2,     ///< initial weights: (block, 0, 0, index of the weight)
  kShuffle = 3,  ///< order of the rows: (block, 0, epoch, 0)
  kDerive = 4,   ///< a new key from an old one: (index, 0, 0, 0)
  kNoise = 5,    ///< additive and multiplicative noise, keyed as kMask
  kData = 6,     ///< synthetic data: (block, row, split, kind)
};

/// The last counter word. Requires index < 2^24.
constexpr std::uint32_t stream(Purpose purpose, std::uint32_t index) {
  return (static_cast<std::uint32_t>(purpose) << 24) | index;
}

/// A key of its own for child `index` of `parent`.
constexpr Key derive(Key parent, std::uint32_t index) {
  const Counter w = philox(parent, {index, 0, 0, stream(Purpose::kDerive, 0)});
  return Key((std::uint64_t{w[1]} << 32) | w[0]);
}

/// A word as a float in [0, 1), a multiple of 2^-24.
constexpr float uniform(std::uint32_t word) {
  return static_cast<float>(word >> 8) * 0x1p-24f;
}

/// Two words as a double in (0, 1), an odd multiple of 2^-53: 52 bits, because with 53 the half
/// would not fit and the largest would round to 1.
constexpr double uniform_open(std::uint32_t high, std::uint32_t low) {
  const std::uint64_t bits = ((std::uint64_t{high} << 32) | low) >> 12;
  return (static_cast<double>(bits) + 0.5) * 0x1p-52;
}

/// A word as a double in (0, 1), an odd multiple of 2^-33.
constexpr double uniform_open(std::uint32_t word) {
  return (static_cast<double>(word) + 0.5) * 0x1p-32;
}

}  // namespace regulus::random
