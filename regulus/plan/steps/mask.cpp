// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/mask.h"

namespace regulus::plan {

template <class T>
Value MaskStep<T>::lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) {
  in_ = input;
  previous_ = previous;
  out_ = compiler.new_value(input.width, false);
  out_.gradient = input.gradient;
  mask_.lay_out(compiler, input.width);
  return out_;
}

template <class T>
void MaskStep<T>::add_prologue(PhaseList<T>& phases) const {
  mask_.add_draw(phases);
}

template <class T>
void MaskStep<T>::add_forward(PhaseList<T>& phases) const {
  phases.rows(mask_.spec().name + " forward", [this](const Pass<T>& pass, runtime::Range rows, std::byte*) {
    const std::int64_t at = rows.begin * in_.stride;
    mask_.forward(pass, pass.at(in_.data) + at, pass.at(out_.data) + at,
                  {rows.size(), kernels::padded(in_.width), in_.stride}, rows.begin, 0);
  });
}

template <class T>
void MaskStep<T>::backward_block(const Pass<T>& pass, runtime::Range rows, runtime::Range panels) const {
  const std::int64_t column = panels.begin * kernels::kPanel;
  mask_.backward(pass, pass.at(in_.gradient) + rows.begin * in_.stride + column,
                 {rows.size(), panels.size() * kernels::kPanel, in_.stride}, rows.begin, column);
  previous_->backward_block(pass, rows, panels);
}

template class MaskStep<float>;
template class MaskStep<double>;

}  // namespace regulus::plan
