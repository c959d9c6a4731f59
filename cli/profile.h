// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "cli/command.h"
#include "regulus/base/value.h"
#include "regulus/train/profile_report.h"

namespace regulus::cli {

/// --profile: where the time of the calls went, a table each. Without the option nothing is timed and nothing
/// shown.
class Profiling {
 public:
  explicit Profiling(const Common& common) : wanted_(common.profile) {}

  /// For the next call; null if nobody wants it.
  ProfileReport* report() { return wanted_ ? &report_ : nullptr; }
  /// Keeps the report of the call that has just ended under this name. Calls of one name that were not shown
  /// yet count as one.
  void keep(const std::string& call);
  /// Prints what was kept since the last time.
  void show(std::ostream& out);
  /// For the JSON document: appends "profile" if it is wanted.
  void add_to(Value::Dict& document) const;

 private:
  struct Kept {
    std::string call;
    ProfileReport report;
  };
  bool wanted_;
  ProfileReport report_;
  std::vector<Kept> kept_;
  std::size_t shown_ = 0;
};

}  // namespace regulus::cli
