// SPDX-License-Identifier: Apache-2.0
#include "bench/kernels/contest.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace regulus::bench {
namespace {

constexpr int kFewestRounds = 3;

double seconds_for(const Contender& contender, long calls) {
  const auto begin = std::chrono::steady_clock::now();
  for (long i = 0; i < calls; ++i) contender.run();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

long calls_of_a_burst(const Contender& contender, double wanted) {
  for (long calls = 1;; calls *= 2) {
    const double took = seconds_for(contender, calls);
    if (took > wanted / 4) return std::max(1L, static_cast<long>(static_cast<double>(calls) * wanted / took));
  }
}

}  // namespace

std::vector<double> hold_contest(const std::vector<Contender>& contenders, const Patience& patience) {
  std::vector<long> calls;
  for (const Contender& contender : contenders)
    calls.push_back(calls_of_a_burst(contender, patience.burst_seconds));
  std::vector<double> best(contenders.size(), INFINITY);
  double spent = 0;
  for (int round = 0; round < patience.rounds; ++round) {
    if (round >= kFewestRounds && spent > patience.seconds) break;
    for (std::size_t i = 0; i < contenders.size(); ++i) {
      // The contender before has filled the caches with what it needs.
      contenders[i].run();
      const double took = seconds_for(contenders[i], calls[i]);
      spent += took;
      best[i] = std::min(best[i], took / static_cast<double>(calls[i]));
    }
  }
  return best;
}

}  // namespace regulus::bench
