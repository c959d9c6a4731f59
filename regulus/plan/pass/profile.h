// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "regulus/base/buffer.h"

namespace regulus::plan {

template <class T>
struct Phase;

/// One worker's times in the phases of a plan, added up over passes. Only that worker writes, and
/// nothing is allocated after it is made.
class alignas(kAlignment) Stopwatch {
 public:
  Stopwatch(std::size_t num_phases, std::size_t num_parts, std::size_t num_others)
      : num_phases_(num_phases),
        num_parts_(num_parts),
        phases_(num_phases + num_others),
        parts_(num_parts + num_others) {}

  /// Each end_ adds the time since the call before.
  void start() { last_ = Clock::now(); }
  void end_part(std::size_t part) { parts_[part] += lap(); }
  void end_wait(std::size_t phase) { phases_[phase].wait += lap(); }
  /// A pass of `rows` rows went through that phase: called by one worker of those that share it.
  void count(std::size_t phase, std::int64_t rows) {
    ++phases_[phase].calls;
    phases_[phase].rows += rows;
  }
  /// What the profile's maker has named beside the phases; after run_alone.
  void end_other(std::size_t other) {
    end_part(num_parts_ + other);
    count(num_phases_ + other, 0);
  }

 private:
  friend class Profile;
  using Clock = std::chrono::steady_clock;
  struct PhaseTimes {
    std::int64_t calls;
    std::int64_t rows;
    std::int64_t wait;  // nanoseconds, as all times here
  };
  std::int64_t lap() {
    const Clock::time_point now = Clock::now();
    const std::chrono::nanoseconds passed = now - last_;
    last_ = now;
    return passed.count();
  }

  std::size_t num_phases_;
  std::size_t num_parts_;
  Clock::time_point last_;
  Buffer<PhaseTimes> phases_;
  Buffer<std::int64_t> parts_;
};

/// What all workers together spent on one part of a phase.
struct PartTimes {
  std::string name;
  std::int64_t calls = 0;
  double flops = 0;           ///< useful arithmetic: matrix products, 2 for a multiplication and addition
  double worker_seconds = 0;  ///< at work
  double wait_seconds = 0;    ///< at the barrier behind the phase; of its last part only
};

/// Where the time of a plan's passes goes, seen by each worker of a team.
class Profile {
 public:
  /// others: what workers do between passes, e.g. copying outputs (Stopwatch::end_other).
  template <class T>
  Profile(const std::vector<Phase<T>>& phases, int workers, const std::vector<std::string>& others = {});

  /// For Pass::stopwatches: all of them for run, one worker's for run_alone.
  Stopwatch* stopwatches() { return stopwatches_.data(); }
  /// Null for a worker that was not foreseen.
  Stopwatch* stopwatch(int worker) {
    const auto w = static_cast<std::size_t>(worker);
    return w < stopwatches_.size() ? &stopwatches_[w] : nullptr;
  }

  /// Every part in the order of the phases, then the others.
  std::vector<PartTimes> parts() const;

 private:
  struct Label {
    std::string name;
    double flops_per_row;
    std::size_t phase;
  };
  std::vector<Label> labels_;
  std::vector<Stopwatch> stopwatches_;
};

}  // namespace regulus::plan
