// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/absorbed.h"

#include "regulus/plan/steps/activation.h"
#include "regulus/plan/steps/mask.h"

namespace regulus::plan {

using kernels::kPanel;

template <class T>
bool Absorbed<T>::absorb(Step<T>& next, bool fresh_draw) {
  if (mask_) return false;
  if (const auto* normalization = dynamic_cast<BatchNormalizationStep<T>*>(&next);
      normalization && normalization->only_moves_numbers() && !any()) {
    normalization_ = *normalization;
    return true;
  }
  if (const auto* activation = dynamic_cast<ActivationStep<T>*>(&next); activation && !activation_) {
    activation_ = activation->spec();
    return true;
  }
  if (const auto* mask = dynamic_cast<MaskStep<T>*>(&next); mask && !fresh_draw) {
    mask_ = mask->mask();
    return true;
  }
  return false;
}

template <class T>
void Absorbed<T>::lay_out(Compiler<T>& compiler, const Value& out) {
  out_ = out;
  saved_ = out.data;
  if (normalization_) normalization_->lay_out_moments(compiler);
  if (compiler.training() && activation_ &&
      (mask_ || !kernels::derivative_uses_output(activation_->activation)))
    saved_ = compiler.layout().template reserve_rows<T>(out.stride);
  if (mask_) mask_->lay_out(compiler, out.width);
}

template <class T>
void Absorbed<T>::add_preparation(PhaseList<T>& phases) const {
  if (normalization_) normalization_->add_preparation(phases);
}

template <class T>
void Absorbed<T>::add_prologue(PhaseList<T>& phases) const {
  if (mask_) mask_->add_draw(phases);
}

template <class T>
void Absorbed<T>::forward(const Pass<T>& pass, runtime::Range rows, runtime::Range panels) const {
  const std::int64_t column = panels.begin * kPanel;
  const std::int64_t at = rows.begin * out_.stride + column;
  const kernels::Block block{rows.size(), panels.size() * kPanel, out_.stride};
  T* saved = pass.at(saved_) + at;
  T* out = pass.at(out_.data) + at;
  const T* y = saved;
  if (normalization_) normalization_->apply(pass, saved, saved, block, column, out_.width);
  if (activation_) {
    // The derivative needs y or z: that one stays in `saved`.
    T* to = kernels::derivative_uses_output(activation_->activation) ? saved : out;
    pass.kernels->activation_forward[static_cast<int>(activation_->activation)](
        y, to, block, static_cast<T>(activation_->alpha));
    y = to;
  }
  if (mask_) mask_->forward(pass, y, out, block, rows.begin, column);
}

template <class T>
void Absorbed<T>::backward(const Pass<T>& pass, runtime::Range rows, runtime::Range panels) const {
  const std::int64_t column = panels.begin * kPanel;
  const std::int64_t at = rows.begin * out_.stride + column;
  const kernels::Block block{rows.size(), panels.size() * kPanel, out_.stride};
  T* gradient = pass.at(out_.gradient) + at;
  if (mask_) mask_->backward(pass, gradient, block, rows.begin, column);
  if (activation_)
    pass.kernels->activation_backward[static_cast<int>(activation_->activation)](
        gradient, pass.at(saved_) + at, gradient, block, static_cast<T>(activation_->alpha));
}

template class Absorbed<float>;
template class Absorbed<double>;

}  // namespace regulus::plan
