// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace regulus::fuzz {

using Bytes = std::vector<std::uint8_t>;
using View = std::span<const std::uint8_t>;

/// What a seed is known to be.
enum class SeedKind : std::uint8_t {
  kSound,        ///< accepted
  kChecksummed,  ///< accepted, and a flipped bit is noticed or changes nothing
  kOther,
};

/// A small file to begin with.
struct Seed {
  std::string name;
  Bytes bytes;
  SeedKind kind = SeedKind::kSound;
};

/// One format. Each file of targets/ is a program and defines target().
struct Target {
  /// What every error begins with. Empty where errors name the object they are about.
  std::string where;
  /// Reads one input and returns all that its value says: equal values, equal texts. Where regulus
  /// writes the format too, it has written the value and read it again. Throws regulus::Error for an input
  /// that is refused, Broken where a promise is.
  std::string (*read)(View input);
  std::vector<Seed> (*seeds)();
};
const Target& target();

/// A promise of the library that an input has broken.
struct Broken : std::logic_error {
  using std::logic_error::logic_error;
};
inline void require(bool promise, const std::string& what) {
  if (!promise) throw Broken(what);
}

/// Reads the input. False if it was refused, with one error of the set shape; else `value` is what
/// Target::read says. Throws Broken for every other error.
bool try_input(View input, std::string& value);

inline Bytes bytes_of(const std::string& text) {
  return {text.begin(), text.end()};
}

}  // namespace regulus::fuzz
