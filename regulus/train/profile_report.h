// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "regulus/plan/pass/profile.h"

namespace regulus {

/// Where the time of one call went. Give its address to fit, predict_mc or the model's call:
///
///     ProfileReport report;
///     model.fit(train, {.epochs = 2, .profile = &report});
///     std::cout << profile_table(report, kernels::fma_peak_flops(report.threads));
///
/// The call overwrites it. One without a report is not timed and loses nothing.
struct ProfileReport {
  /// What the workers did, in the order of the plan. A worker's seconds count once for each worker.
  std::vector<plan::PartTimes> parts;
  std::int64_t steps = 0;  ///< of training; 0 for a prediction
  int threads = 0;
  double seconds = 0;  ///< by the clock; of fit only the steps, without validation

  /// Floating-point operations of the matrix products.
  double flops() const;
  /// Seconds by the clock in which workers waited for each other, and in which they did what no part
  /// names: metrics and callbacks between steps, a team that has nothing left to do.
  double wait_seconds() const;
  double other_seconds() const;
};

/// The report as lines of at most 80 columns, ending in a newline: for each part its time by the clock (a
/// step's in training), its share, its speed while at work and, if peak_flops > 0, that as a share of the
/// peak: kernels::fma_peak_flops(report.threads).
std::string profile_table(const ProfileReport& report, double peak_flops = 0);

}  // namespace regulus
