// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/plan/step.h"

namespace regulus::plan {

/// The first link: gathers and scales the batch's rows.
template <class T>
class InputStep final : public Step<T> {
 public:
  explicit InputStep(std::int64_t width) : width_(width) {}
  Value lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) override;
  void add_forward(PhaseList<T>& phases) const override;

 private:
  std::int64_t width_;
  Value out_;
};

}  // namespace regulus::plan
