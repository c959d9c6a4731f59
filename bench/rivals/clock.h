// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

// How the C++ programs time a job, and how often: the same as common.py does.

namespace bench {

inline constexpr int kSamples = 100;
inline constexpr int kPredictions = 7;
inline constexpr int kSingleRows = 2000;

template <class Body>
double seconds(const Body& body) {
  const auto begin = std::chrono::steady_clock::now();
  body();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

template <class Body>
double median_seconds(int calls, const Body& body) {
  std::vector<double> times(static_cast<std::size_t>(calls));
  for (double& time : times) time = seconds(body);
  std::nth_element(times.begin(), times.begin() + calls / 2, times.end());
  return times[static_cast<std::size_t>(calls / 2)];
}

}  // namespace bench
