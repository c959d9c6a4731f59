// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "regulus/plan/pass/pass.h"
#include "regulus/runtime/team.h"

namespace regulus::plan {

/// Over what a phase's work can be split between workers.
enum class Domain {
  kRows,   ///< rows of the batch: touches nothing of other rows
  kItems,  ///< a fixed number of items, e.g. panels of output units
};

/// What one step does in a phase, and what a profile says of it: run on any split of its rows or
/// items gives the same bits.
template <class T>
struct Part {
  /// scratch: the worker's own memory, Compiler::need_scratch() bytes.
  using Run = std::function<void(const Pass<T>&, runtime::Range, std::byte* scratch)>;
  std::string name;      ///< the layer and what is done: "dense_1 forward"
  double flops_per_row;  ///< of its matrix products, 2 for a multiplication and addition
  Domain domain;
  std::int64_t items;  ///< for kItems
  Run run;
};

/// The work between two barriers. A worker does its share of one part after another; parts of one
/// phase need nothing of each other, or only of the same rows.
template <class T>
struct Phase {
  bool stochastic;  ///< draws, or depends on something drawn
  std::vector<Part<T>> parts;
  std::size_t first_part = 0;  ///< the number of its first part in the plan

  bool row_by_row() const {
    return std::all_of(parts.begin(), parts.end(),
                       [](const Part<T>& p) { return p.domain == Domain::kRows; });
  }
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
  /// What is added from here to end_joint() needs nothing of each other: one phase.
  void begin_joint() { joint_ = Joint::kEmpty; }
  void end_joint() { joint_ = Joint::kNone; }

  void rows(std::string name, typename Part<T>::Run run, double flops_per_row = 0) {
    add({std::move(name), flops_per_row, Domain::kRows, 0, std::move(run)});
  }
  void items(std::string name, std::int64_t count, typename Part<T>::Run run, double flops_per_row = 0) {
    add({std::move(name), flops_per_row, Domain::kItems, count, std::move(run)});
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
  enum class Joint { kNone, kEmpty, kOpen };

  void add(Part<T> part) {
    const bool row_by_row = part.domain == Domain::kRows && follows_rows_;
    const bool same_kind = !phases_.empty() && (!keep_apart_ || phases_.back().stochastic == stochastic_);
    if (joint_ != Joint::kOpen && !(row_by_row && same_kind)) phases_.push_back({stochastic_, {}});
    if (joint_ == Joint::kEmpty) joint_ = Joint::kOpen;
    follows_rows_ = part.domain == Domain::kRows && joint_ == Joint::kNone;
    phases_.back().parts.push_back(std::move(part));
  }

  bool keep_apart_;
  bool stochastic_ = false;
  bool follows_rows_ = false;  // the last phase is one of rows only
  Joint joint_ = Joint::kNone;
  std::vector<Phase<T>> phases_;
};

}  // namespace regulus::plan
