// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/elementwise.h"

#include <algorithm>

namespace regulus::plan {

template <class T, class F>
Value ElementwiseStep<T, F>::lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) {
  in_ = input;
  previous_ = previous;
  out_ = compiler.new_value(input.width, false);
  out_.gradient = input.gradient;
  return out_;
}

template <class T, class F>
void ElementwiseStep<T, F>::add_forward(PhaseList<T>& phases) const {
  phases.rows(name_ + " forward", [this](const Pass<T>& pass, runtime::Range rows, std::byte*) {
    for (std::int64_t r = rows.begin; r < rows.end; ++r) {
      const T* x = pass.at(in_.data) + r * in_.stride;
      T* y = pass.at(out_.data) + r * out_.stride;
      for (std::int64_t i = 0; i < in_.width; ++i) y[i] = function_.value(x[i]);
    }
  });
}

template <class T, class F>
void ElementwiseStep<T, F>::backward_block(const Pass<T>& pass, runtime::Range rows,
                                           runtime::Range panels) const {
  const std::int64_t begin = panels.begin * kernels::kPanel;
  const std::int64_t end = std::min(panels.end * kernels::kPanel, in_.width);
  for (std::int64_t r = rows.begin; r < rows.end; ++r) {
    const T* x = pass.at(in_.data) + r * in_.stride;
    T* gradient = pass.at(in_.gradient) + r * in_.stride;
    for (std::int64_t i = begin; i < end; ++i) gradient[i] *= function_.slope(x[i]);
  }
  previous_->backward_block(pass, rows, panels);
}

template class ElementwiseStep<float, Rescale<float>>;
template class ElementwiseStep<double, Rescale<double>>;
template class ElementwiseStep<float, ClippedRelu<float>>;
template class ElementwiseStep<double, ClippedRelu<double>>;

}  // namespace regulus::plan
