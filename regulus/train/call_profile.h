// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "regulus/plan/plan.h"
#include "regulus/runtime/team.h"
#include "regulus/train/profile_report.h"

namespace regulus {

/// Times the passes of one call, if its caller wants a report, and writes the report.
class CallProfile {
 public:
  /// report: null if nobody wants one. threads: workers that may run; 0: those of the team of the moment.
  /// others: plan::Profile's.
  CallProfile(ProfileReport* report, const plan::Plan<float>& plan, int threads = 0,
              const std::vector<std::string>& others = {})
      : report_(report) {
    if (!report_) return;
    threads_ = threads > 0 ? threads : runtime::num_threads();
    profile_.emplace(plan.phases(), threads_, others);
  }
  CallProfile(const CallProfile&) = delete;
  CallProfile& operator=(const CallProfile&) = delete;

  /// Null if nobody wants a report.
  plan::Profile* get() { return profile_ ? &*profile_ : nullptr; }

  /// The clock runs from resume to pause, which writes the report of all the time until then.
  void resume() {
    if (report_) begin_ = Clock::now();
  }
  void pause(std::int64_t steps = 0) {
    if (!report_) return;
    seconds_ += std::chrono::duration<double>(Clock::now() - begin_).count();
    steps_ += steps;
    *report_ = {profile_->parts(), steps_, threads_, seconds_};
  }

 private:
  using Clock = std::chrono::steady_clock;
  ProfileReport* report_;
  int threads_ = 0;
  std::optional<plan::Profile> profile_;
  Clock::time_point begin_;
  double seconds_ = 0;
  std::int64_t steps_ = 0;
};

}  // namespace regulus
