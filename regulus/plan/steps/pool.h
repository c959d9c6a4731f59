// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/plan/step.h"

namespace regulus::plan {

/// Pooling over windows of pixels, or over all of them. A convolution in front takes it over and runs its
/// parts itself.
template <class T>
class PoolStep final : public Step<T> {
 public:
  PoolStep(const PoolSpec& spec, Compiler<T>&) : spec_(spec) {}

  Value lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) override;
  void add_forward(PhaseList<T>& phases) const override;
  void add_backward(PhaseList<T>& phases) const override;

  const kernels::Pooling& windows() const { return spec_.windows; }
  /// Each output is the largest of its window, whose first largest pixel takes the gradient.
  bool takes_maxima() const { return spec_.pool == Pool::kMax; }
  /// Before the layout: the input will end with the last pixels that a window reaches.
  void leave_out_unreached();
  /// The windows of some lines of the row's output, over its image.
  void forward(const Pass<T>& pass, const T* image, std::int64_t row, kernels::Span lines) const;
  void input_gradient(const Pass<T>& pass, std::int64_t row) const;

 private:
  PoolSpec spec_;
  Value in_;
  Value out_;
  // Which pixel each maximum is: half of the memory traffic of finding it again from x and y.
  Offset places_ = kNowhere;
  const Step<T>* previous_ = nullptr;
};

}  // namespace regulus::plan
