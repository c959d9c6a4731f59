// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/plan/step.h"

namespace regulus::plan {

/// Adds penalty(x) / rows to the loss and its gradient to x's; the value passes through untouched.
template <class T>
class ActivityPenaltyStep final : public Step<T> {
 public:
  ActivityPenaltyStep(const ActivityPenaltySpec& spec, Compiler<T>& compiler)
      : spec_(spec), counts_(spec.penalty.any() && compiler.options().loss) {}

  bool identity() const override { return !counts_; }
  Value lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) override;
  void add_forward(PhaseList<T>& phases) const override;
  bool has_block_backward() const override { return in_.gradient != kNowhere; }
  void backward_block(const Pass<T>& pass, runtime::Range rows, runtime::Range panels) const override;
  double activity_penalty(const Pass<T>& pass) const override;
  bool couples_rows() const override { return spec_.penalty.orthogonal != 0; }

 private:
  ActivityPenaltySpec spec_;
  bool counts_;  // there is a loss to add to
  Value in_;
  Offset row_penalty_ = kNowhere;      // double [rows]
  Offset coupled_penalty_ = kNowhere;  // double [1]
  Offset vectors_ = kNowhere;          // [rows][width], twice: normalised rows (columns) and gradient
  Offset gradient_ = kNowhere;
  const Step<T>* previous_ = nullptr;
};

}  // namespace regulus::plan
