// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/plan/step.h"

namespace regulus::plan {

/// An element-wise activation by itself, after a step that cannot absorb it.
template <class T>
class ActivationStep final : public Step<T> {
 public:
  ActivationStep(const ActivationSpec& spec, Compiler<T>&) : spec_(spec) {}

  const ActivationSpec& spec() const { return spec_; }
  Value lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) override;
  void add_forward(PhaseList<T>& phases) const override;
  bool has_block_backward() const override { return in_.gradient != kNowhere; }
  void backward_block(const Pass<T>& pass, runtime::Range rows, runtime::Range panels) const override;

 private:
  ActivationSpec spec_;
  Value in_;
  Value out_;
  const Step<T>* previous_ = nullptr;
};

}  // namespace regulus::plan
