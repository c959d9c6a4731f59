// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/plan/step.h"

namespace regulus::plan {

/// y = (x - mean) / max(sqrt(variance), 1e-7), or back again, element by element.
template <class T>
class NormalizationStep final : public Step<T> {
 public:
  NormalizationStep(const NormalizationSpec& spec, Compiler<T>& compiler);

  Value lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) override;
  void add_preparation(PhaseList<T>& phases) const override;
  void add_forward(PhaseList<T>& phases) const override;
  bool has_block_backward() const override { return in_.gradient != kNowhere; }
  void backward_block(const Pass<T>& pass, runtime::Range rows, runtime::Range panels) const override;

 private:
  void prepare(const Pass<T>& pass, runtime::Range panels) const;
  void forward(const Pass<T>& pass, runtime::Range rows) const;
  runtime::Range features_of(runtime::Range panels) const;

  NormalizationSpec spec_;
  Weight<T>* mean_;
  Weight<T>* variance_;
  const Step<T>* previous_ = nullptr;
  Value in_;
  Value out_;
  Offset centers_ = kNowhere;     // T, of each feature
  Offset deviations_ = kNowhere;  // T, of each feature: max(sqrt(variance), 1e-7)
};

}  // namespace regulus::plan
