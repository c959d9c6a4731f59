// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/plan/compiler.h"
#include "regulus/plan/pass/phase.h"

namespace regulus::plan {

/// One link of a compiled chain: reads its input value, writes its output value, and in training
/// turns the output's gradient into the input's. Life: made, fused, laid out once, then asked for
/// its phases; it never changes afterwards, so many passes may run it at once.
template <class T>
class Step {
 public:
  virtual ~Step() = default;

  /// Draws random numbers in this plan.
  virtual bool stochastic() const { return false; }
  /// Does nothing in this plan: it is left out.
  virtual bool identity() const { return false; }
  /// Takes over the work of `next`, the step behind it; `next` is discarded then. `fresh_draw`:
  /// nothing before has drawn, so what precedes the draw should stay a phase of its own.
  virtual bool absorb(Step& next, bool fresh_draw) {
    (void)next, (void)fresh_draw;
    return false;
  }
  /// Reserves memory; returns the output. `previous` is the step before, null for the first.
  virtual Value lay_out(Compiler<T>& compiler, const Value& input, const Step* previous) = 0;

  /// Work that depends on weights alone: done first of all, so that no barrier parts the rows' way. Steps
  /// need nothing of each other here.
  virtual void add_preparation(PhaseList<T>& phases) const { (void)phases; }
  /// Work on rows that depends on no value, such as drawing masks: done before the values that need it.
  virtual void add_prologue(PhaseList<T>& phases) const { (void)phases; }
  virtual void add_forward(PhaseList<T>& phases) const = 0;
  /// Turns the output's gradient into the input's.
  virtual void add_backward(PhaseList<T>& phases) const { (void)phases; }
  /// Updates the weights once every gradient of a value is complete: independent of the other steps.
  virtual void add_learning(PhaseList<T>& phases) const { (void)phases; }

  /// True if backward_block() has anything to do.
  virtual bool has_block_backward() const { return false; }
  /// The part of the backward pass that works on any block of the output's gradient, given as rows
  /// and panels (16 columns): whoever has just written a block calls it, while the block is in the
  /// cache. An element-wise step turns it into its input's gradient, in place, and calls the step before.
  virtual void backward_block(const Pass<T>& pass, runtime::Range rows, runtime::Range panels) const {
    (void)pass, (void)rows, (void)panels;
  }

  /// Adds the batch's activity penalty in row order, divided by the number of rows.
  virtual double activity_penalty(const Pass<T>& pass) const {
    (void)pass;
    return 0;
  }
  /// True if a row's contribution to the loss depends on the other rows of its batch.
  virtual bool couples_rows() const { return false; }
};

}  // namespace regulus::plan
