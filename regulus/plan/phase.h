// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

#include "regulus/plan/pass.h"
#include "regulus/runtime/team.h"

namespace regulus::plan {

/// Over what a phase's work can be split between workers.
enum class Domain {
  kRows,   ///< rows of the batch: touches nothing of other rows
  kItems,  ///< a fixed number of items, e.g. panels of output units
};

/// A piece of work between two barriers: run on any split of its items gives the same bits.
template <class T>
struct Phase {
  /// scratch: the worker's own memory, Compiler::need_scratch() bytes.
  using Run = std::function<void(const Pass<T>&, runtime::Range, std::byte* scratch)>;
  const char* name;
  Domain domain;
  std::int64_t items;     ///< for kItems
  bool stochastic;        ///< draws, or depends on something drawn
  std::vector<Run> runs;  ///< one after another, without a barrier
};

/// The phases of a plan in order. Neighbouring row phases become one: no barrier is needed where
/// each worker only goes on with its own rows.
template <class T>
class PhaseList {
 public:
  /// keep_apart: never merge a deterministic phase with a stochastic one, because the former run
  /// once for all Monte-Carlo samples.
  explicit PhaseList(bool keep_apart) : keep_apart_(keep_apart) {}

  void set_stochastic(bool stochastic) { stochastic_ = stochastic; }
  void rows(const char* name, typename Phase<T>::Run run) {
    if (!phases_.empty()) {
      Phase<T>& last = phases_.back();
      if (last.domain == Domain::kRows && (!keep_apart_ || last.stochastic == stochastic_)) {
        last.runs.push_back(std::move(run));
        return;
      }
    }
    phases_.push_back({name, Domain::kRows, 0, stochastic_, {std::move(run)}});
  }
  void items(const char* name, std::int64_t count, typename Phase<T>::Run run) {
    phases_.push_back({name, Domain::kItems, count, stochastic_, {std::move(run)}});
  }
  std::size_t size() const { return phases_.size(); }
  std::vector<Phase<T>> take() { return std::move(phases_); }

 private:
  bool keep_apart_;
  bool stochastic_ = false;
  std::vector<Phase<T>> phases_;
};

}  // namespace regulus::plan
