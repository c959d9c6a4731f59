// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "regulus/random/sequence.h"

namespace regulus::datasets {

/// The choices of one picture. Only operations that IEEE 754 rounds exactly, so every machine draws
/// the same picture. Never two draws in the arguments of one call: compilers differ in their order.
class Draw {
 public:
  explicit Draw(random::Sequence words) : words_(words) {}

  /// In [from, to).
  float uniform(float from, float to) { return from + (to - from) * random::uniform(words_.next_word()); }
  /// In (-reach, reach), small values more often (a triangular distribution).
  float around(float reach) {
    const float first = uniform(0, 1);
    return reach * (first - uniform(0, 1));
  }
  bool chance(float probability) { return uniform(0, 1) < probability; }
  /// In [0, count).
  int below(int count) { return static_cast<int>(words_.next_below(static_cast<std::uint32_t>(count))); }
  std::uint32_t word() { return words_.next_word(); }

 private:
  random::Sequence words_;
};

}  // namespace regulus::datasets
