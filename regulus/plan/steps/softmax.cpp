// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/softmax.h"

namespace regulus::plan {

template <class T>
Value SoftmaxStep<T>::lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) {
  in_ = input;
  previous_ = previous;
  out_ = compiler.new_value(input.width, false);
  out_.gradient = input.gradient;
  return out_;
}

template <class T>
void SoftmaxStep<T>::add_forward(PhaseList<T>& phases) const {
  phases.rows(spec_.name + " softmax", [this](const Pass<T>& pass, runtime::Range rows, std::byte*) {
    const std::int64_t at = rows.begin * in_.stride;
    const auto run = spec_.log ? pass.kernels->log_softmax_forward : pass.kernels->softmax_forward;
    run(pass.at(in_.data) + at, pass.at(out_.data) + at, rows.size(), in_.width, in_.stride);
  });
}

template <class T>
void SoftmaxStep<T>::add_backward(PhaseList<T>& phases) const {
  if (in_.gradient == kNowhere) return;
  phases.rows(spec_.name + " softmax gradient", [this](const Pass<T>& pass, runtime::Range rows, std::byte*) {
    const std::int64_t at = rows.begin * in_.stride;
    const auto run = spec_.log ? pass.kernels->log_softmax_backward : pass.kernels->softmax_backward;
    T* gradient = pass.at(in_.gradient) + at;
    run(gradient, pass.at(out_.data) + at, gradient, rows.size(), in_.width, in_.stride);
  });
  if (previous_->has_block_backward())
    phases.rows(spec_.name + " input gradient", [this](const Pass<T>& pass, runtime::Range rows, std::byte*) {
      previous_->backward_block(pass, rows, {0, kernels::panels(in_.width)});
    });
}

template class SoftmaxStep<float>;
template class SoftmaxStep<double>;

}  // namespace regulus::plan
