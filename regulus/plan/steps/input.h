// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "regulus/plan/pass/mask.h"
#include "regulus/plan/step.h"

namespace regulus::plan {

/// The first link: gathers and scales the batch's rows; masks each while it is in the cache.
template <class T>
class InputStep final : public Step<T> {
 public:
  explicit InputStep(std::int64_t width) : width_(width) {}
  bool stochastic() const override { return mask_.has_value(); }
  bool absorb(Step<T>& next, bool fresh_draw) override;
  Value lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) override;
  void add_prologue(PhaseList<T>& phases) const override;
  void add_forward(PhaseList<T>& phases) const override;

 private:
  void fetch(const Pass<T>& pass, runtime::Range rows) const;
  void gather(const Pass<T>& pass, runtime::Range rows) const;

  std::int64_t width_;
  bool training_ = false;
  std::optional<Mask<T>> mask_;
  Value out_;
};

}  // namespace regulus::plan
