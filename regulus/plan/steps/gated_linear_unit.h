// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/plan/step.h"

namespace regulus::plan {

/// y = a sigmoid(b), where a and b are the first and second half of each `length` neighbours of a row: half
/// as many outputs as inputs.
template <class T>
class GatedLinearUnitStep final : public Step<T> {
 public:
  GatedLinearUnitStep(const GatedLinearUnitSpec& spec, Compiler<T>&) : spec_(spec) {}

  Value lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) override;
  void add_forward(PhaseList<T>& phases) const override;
  void add_backward(PhaseList<T>& phases) const override;

 private:
  GatedLinearUnitSpec spec_;
  Value in_;
  Value out_;
  const Step<T>* previous_ = nullptr;
};

}  // namespace regulus::plan
