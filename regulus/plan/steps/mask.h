// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/plan/pass/mask.h"
#include "regulus/plan/step.h"

namespace regulus::plan {

/// Dropout by itself, after a step that cannot absorb it.
template <class T>
class MaskStep final : public Step<T> {
 public:
  MaskStep(const MaskSpec& spec, Compiler<T>& compiler)
      : mask_(spec), draws_(spec.rate > 0 && (compiler.draws() || spec.always_on)) {}

  bool stochastic() const override { return draws_; }
  bool identity() const override { return !draws_; }
  const Mask<T>& mask() const { return mask_; }

  Value lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) override;
  void add_prologue(PhaseList<T>& phases) const override;
  void add_forward(PhaseList<T>& phases) const override;
  bool has_block_backward() const override { return in_.gradient != kNowhere; }
  void backward_block(const Pass<T>& pass, runtime::Range rows, runtime::Range panels) const override;

 private:
  Mask<T> mask_;
  bool draws_;
  Value in_;
  Value out_;
  const Step<T>* previous_ = nullptr;
};

}  // namespace regulus::plan
