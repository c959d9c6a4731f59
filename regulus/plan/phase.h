// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <string>
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

/// What one step does in a phase, and what a profile says of it.
template <class T>
struct Part {
  /// scratch: the worker's own memory, Compiler::need_scratch() bytes.
  using Run = std::function<void(const Pass<T>&, runtime::Range, std::byte* scratch)>;
  std::string name;      ///< the layer and what is done: "dense_1 forward"
  double flops_per_row;  ///< of its matrix products, 2 for a multiplication and addition
  Run run;
};

/// A piece of work between two barriers: run on any split of its items gives the same bits.
template <class T>
struct Phase {
  Domain domain;
  std::int64_t items;          ///< for kItems
  bool stochastic;             ///< draws, or depends on something drawn
  std::vector<Part<T>> parts;  ///< one after another, without a barrier
  std::size_t first_part = 0;  ///< the number of its first part in the plan
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
  void rows(std::string name, typename Part<T>::Run run) {
    Part<T> part{std::move(name), 0, std::move(run)};
    if (!phases_.empty()) {
      Phase<T>& last = phases_.back();
      if (last.domain == Domain::kRows && (!keep_apart_ || last.stochastic == stochastic_)) {
        last.parts.push_back(std::move(part));
        return;
      }
    }
    phases_.push_back({Domain::kRows, 0, stochastic_, {std::move(part)}});
  }
  void items(std::string name, std::int64_t count, typename Part<T>::Run run, double flops_per_row = 0) {
    phases_.push_back(
        {Domain::kItems, count, stochastic_, {Part<T>{std::move(name), flops_per_row, std::move(run)}}});
  }
  std::size_t size() const { return phases_.size(); }
  std::vector<Phase<T>> take() {
    std::size_t parts = 0;
    for (Phase<T>& phase : phases_) {
      phase.first_part = parts;
      parts += phase.parts.size();
    }
    return std::move(phases_);
  }

 private:
  bool keep_apart_;
  bool stochastic_ = false;
  std::vector<Phase<T>> phases_;
};

}  // namespace regulus::plan
