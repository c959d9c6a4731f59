// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/plan/step.h"

namespace regulus::plan {

/// Softmax, or its logarithm, of each row.
template <class T>
class SoftmaxStep final : public Step<T> {
 public:
  SoftmaxStep(const SoftmaxSpec& spec, Compiler<T>&) : spec_(spec) {}

  const SoftmaxSpec& spec() const { return spec_; }
  Value lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) override;
  void add_forward(PhaseList<T>& phases) const override;
  void add_backward(PhaseList<T>& phases) const override;

 private:
  SoftmaxSpec spec_;
  Value in_;
  Value out_;
  const Step<T>* previous_ = nullptr;
};

}  // namespace regulus::plan
