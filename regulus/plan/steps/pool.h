// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/plan/step.h"

namespace regulus::plan {

/// Pooling over windows of pixels, or over all of them.
template <class T>
class PoolStep final : public Step<T> {
 public:
  PoolStep(const PoolSpec& spec, Compiler<T>&) : spec_(spec) {}

  Value lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) override;
  void add_forward(PhaseList<T>& phases) const override;
  void add_backward(PhaseList<T>& phases) const override;

 private:
  void input_gradient(const Pass<T>& pass, std::int64_t row) const;

  PoolSpec spec_;
  Value in_;
  Value out_;
  // Which pixel each maximum is: half of the memory traffic of finding it again from x and y.
  Offset places_ = kNowhere;
  const Step<T>* previous_ = nullptr;
};

}  // namespace regulus::plan
