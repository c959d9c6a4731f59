// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace regulus::bench {

/// One way to do a piece of work.
struct Contender {
  std::string name;
  std::function<void()> run;
};

/// How long a contest may take.
struct Patience {
  double burst_seconds;  ///< calls of one contender in a row
  int rounds;            ///< at most; at least three
  double seconds;        ///< for all rounds
};

/// Seconds a call takes, for each contender: the best of their bursts. They take turns, so that a
/// disturbance of the machine hits all alike; caches are warm, as in training.
std::vector<double> hold_contest(const std::vector<Contender>& contenders, const Patience& patience);

}  // namespace regulus::bench
