// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/activation.h"

namespace regulus::plan {

template <class T>
Value ActivationStep<T>::lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) {
  in_ = input;
  previous_ = previous;
  out_ = compiler.new_value(input.width, false);
  out_.gradient = input.gradient;
  return out_;
}

template <class T>
void ActivationStep<T>::add_forward(PhaseList<T>& phases) const {
  phases.rows(spec_.name + " activation", [this](const Pass<T>& pass, runtime::Range rows, std::byte*) {
    const std::int64_t at = rows.begin * in_.stride;
    pass.kernels->activation_forward[static_cast<int>(spec_.activation)](
        pass.at(in_.data) + at, pass.at(out_.data) + at,
        {rows.size(), kernels::padded(in_.width), in_.stride}, static_cast<T>(spec_.alpha));
  });
}

template <class T>
void ActivationStep<T>::backward_block(const Pass<T>& pass, runtime::Range rows,
                                       runtime::Range panels) const {
  const std::int64_t at = rows.begin * in_.stride + panels.begin * kernels::kPanel;
  const Offset saved = kernels::derivative_uses_output(spec_.activation) ? out_.data : in_.data;
  T* gradient = pass.at(in_.gradient) + at;
  pass.kernels->activation_backward[static_cast<int>(spec_.activation)](
      gradient, pass.at(saved) + at, gradient, {rows.size(), panels.size() * kernels::kPanel, in_.stride},
      static_cast<T>(spec_.alpha));
  previous_->backward_block(pass, rows, panels);
}

template class ActivationStep<float>;
template class ActivationStep<double>;

}  // namespace regulus::plan
