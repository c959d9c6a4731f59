// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "regulus/plan/compiler.h"
#include "regulus/plan/pass/phase.h"

namespace regulus::plan {

/// Turns weight gradients into new weights, tile by tile, while a tile is in the cache: adds the
/// penalty's gradient, then clips by value, decays and updates, in Keras's order. When something
/// needs the whole gradient (clipping by norm; a plan that only wants gradients) it is stored
/// instead and the update is a phase of its own.
template <class T>
class Updater {
 public:
  Updater(const PlanOptions& options, const WeightSet<T>& weights, Slots<T>* slots);

  /// Before the first tile of a panel: notes its penalty sums, of the weights before the update.
  void begin_panel(const Pass<T>& pass, Weight<T>& w, std::int64_t panel) const;
  /// `gradient`: `count` packed elements from element `at` on; overwritten.
  void tile(const Pass<T>& pass, Weight<T>& w, std::int64_t at, std::int64_t count, T* gradient) const;
  /// After the last tile of a panel.
  void finish_panel(const Pass<T>& pass, Weight<T>& w, std::int64_t panel) const;
  /// True if the three above must be called by one worker; else several may share a panel's tiles.
  bool needs_whole_panels(const Weight<T>& w) const;

  /// Phases before the backward pass: gradients of penalties that need a whole weight.
  void add_before(PhaseList<T>& phases) const;
  /// Phases after it: clipping by norm, the update of stored gradients, constraints across panels.
  void add_after(PhaseList<T>& phases) const;

 private:
  void update(const Pass<T>& pass, Weight<T>& w, std::int64_t at, std::int64_t count, T* gradient,
              double clip_scale) const;
  double clip_scale(const Pass<T>& pass, const Weight<T>& w) const;

  std::optional<UpdateSpec> spec_;
  const WeightSet<T>& weights_;
  bool store_;
};

}  // namespace regulus::plan
