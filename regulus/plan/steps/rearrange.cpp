// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/rearrange.h"

#include <algorithm>

namespace regulus::plan {

template <class T>
Value RearrangeStep<T>::lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) {
  in_ = input;
  previous_ = previous;
  out_ = compiler.new_value(spec_.source.size(), input.gradient != kNowhere);
  return out_;
}

template <class T>
void RearrangeStep<T>::add_forward(PhaseList<T>& phases) const {
  phases.rows(spec_.name + " forward", [this](const Pass<T>& pass, runtime::Range rows, std::byte*) {
    for (std::int64_t r = rows.begin; r < rows.end; ++r) {
      const T* x = pass.at(in_.data) + r * in_.stride;
      T* y = pass.at(out_.data) + r * out_.stride;
      spec_.source.for_each_run(
          [&](std::int64_t feature, std::int64_t count, std::int64_t source, std::int64_t stride) {
            if (source < 0)
              std::fill_n(y + feature, count, T{0});
            else if (stride == 1)
              std::copy_n(x + source, count, y + feature);
            else
              for (std::int64_t i = 0; i < count; ++i) y[feature + i] = x[source + i * stride];
          });
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
      spec_.source.for_each_run(
          [&](std::int64_t feature, std::int64_t count, std::int64_t source, std::int64_t stride) {
            if (source < 0) return;
            for (std::int64_t i = 0; i < count; ++i) dx[source + i * stride] += dy[feature + i];
          });
    }
    previous_->backward_block(pass, rows, {0, kernels::panels(in_.width)});
  });
}

template class RearrangeStep<float>;
template class RearrangeStep<double>;

}  // namespace regulus::plan
