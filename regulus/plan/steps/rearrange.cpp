// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/rearrange.h"

#include <algorithm>

namespace regulus::plan {

template <class T>
Value RearrangeStep<T>::lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) {
  in_ = input;
  previous_ = previous;
  out_ = compiler.new_value(static_cast<std::int64_t>(spec_.source.size()), input.gradient != kNowhere);
  return out_;
}

template <class T>
void RearrangeStep<T>::add_forward(PhaseList<T>& phases) const {
  phases.rows(spec_.name + " forward", [this](const Pass<T>& pass, runtime::Range rows, std::byte*) {
    for (std::int64_t r = rows.begin; r < rows.end; ++r) {
      const T* x = pass.at(in_.data) + r * in_.stride;
      T* y = pass.at(out_.data) + r * out_.stride;
      for (const std::int32_t source : spec_.source) *y++ = source < 0 ? T{0} : x[source];
    }
  });
}

// Copies of one feature are added up in the order of the output.
template <class T>
void RearrangeStep<T>::add_backward(PhaseList<T>& phases) const {
  if (in_.gradient == kNowhere) return;
  phases.rows(spec_.name + " input gradient", [this](const Pass<T>& pass, runtime::Range rows, std::byte*) {
    for (std::int64_t r = rows.begin; r < rows.end; ++r) {
      const T* dy = pass.at(out_.gradient) + r * out_.stride;
      T* dx = pass.at(in_.gradient) + r * in_.stride;
      std::fill_n(dx, kernels::padded(in_.width), T{0});
      for (const std::int32_t source : spec_.source) {
        if (source >= 0) dx[source] += *dy;
        ++dy;
      }
    }
    previous_->backward_block(pass, rows, {0, kernels::panels(in_.width)});
  });
}

template class RearrangeStep<float>;
template class RearrangeStep<double>;

}  // namespace regulus::plan
