// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "regulus/random/philox.h"

namespace regulus::random {

/// A cursor over the words of (key, {block, b, c, d}), block = 0, 1, 2, …: for code that draws
/// one number after another (initial weights, shuffles). It holds no state beyond its position.
class Sequence {
 public:
  Sequence(Key key, std::uint32_t b, std::uint32_t c, std::uint32_t d) : key_(key), at_{0, b, c, d} {}

  std::uint32_t next_word();
  /// In (0, 1), 52 bits.
  double next_uniform();
  /// In [0, bound), without bias. Requires bound >= 1.
  std::uint32_t next_below(std::uint32_t bound);
  /// Standard normal by the inverse of its distribution function.
  double next_normal();
  /// Standard normal truncated to [-2, 2] by the inverse of its distribution function.
  double next_truncated_normal();

 private:
  Key key_;
  Counter at_;
  Counter words_{};
  int used_ = 4;
};

/// The permutation of 0 … count-1 that epoch `epoch` visits (Fisher-Yates). Requires count < 2^32.
void permutation(Key key, std::uint32_t epoch, std::vector<std::uint32_t>& order, std::int64_t count);

/// Inverse of the standard normal distribution function (Wichura 1988, AS 241), for 0 < p < 1.
/// Uses only operations that IEEE 754 rounds exactly plus our own log, so it has the same bits everywhere.
double normal_quantile(double p);

}  // namespace regulus::random
