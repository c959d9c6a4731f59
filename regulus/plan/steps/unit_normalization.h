// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/plan/step.h"

namespace regulus::plan {

/// y = x min(1 / sqrt(sum of x^2), 1e12) of each `length` neighbours of a row. Sums are in double, so squares
/// neither overflow nor vanish in float. A vector shorter than 1e-12 is a product with 1e12: zeros stay.
template <class T>
class UnitNormalizationStep final : public Step<T> {
 public:
  UnitNormalizationStep(const UnitNormalizationSpec& spec, Compiler<T>&) : spec_(spec) {}

  Value lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) override;
  void add_forward(PhaseList<T>& phases) const override;
  void add_backward(PhaseList<T>& phases) const override;

 private:
  double inverse_norm(const T* x) const;
  /// In place: dy of a group becomes its dx.
  void input_gradient(const T* x, T* gradient) const;

  UnitNormalizationSpec spec_;
  const Step<T>* previous_ = nullptr;
  Value in_;
  Value out_;
};

}  // namespace regulus::plan
