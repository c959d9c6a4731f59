// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/dense.h"

#include <algorithm>

#include "regulus/plan/steps/activation.h"
#include "regulus/plan/steps/mask.h"
#include "regulus/plan/update.h"

namespace regulus::plan {

using kernels::kPanel;

template <class T>
bool DenseStep<T>::absorb(Step<T>& next, bool fresh_draw) {
  if (mask_) return false;
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
Value DenseStep<T>::lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) {
  in_ = input;
  previous_ = previous;
  updater_ = compiler.updater();
  out_ = compiler.new_value(kernel_->units, true);
  saved_ = out_.data;
  if (compiler.training() && activation_ &&
      (mask_ || !kernels::derivative_uses_output(activation_->activation)))
    saved_ = compiler.layout().template reserve<T>(compiler.max_rows() * out_.stride);
  if (mask_) mask_->lay_out(compiler, out_.width);
  if (compiler.training()) {
    compiler.need_scratch(out_.stride * kPanel * static_cast<std::int64_t>(sizeof(T)));
    compiler.need_scratch(Updater<T>::kTileRows * kPanel * static_cast<std::int64_t>(sizeof(T)));
  }
  return out_;
}

template <class T>
void DenseStep<T>::add_prologue(PhaseList<T>& phases) const {
  if (mask_)
    phases.rows(mask_->spec().name + " masks",
                [this](const Pass<T>& pass, runtime::Range rows, std::byte*) { mask_->draw(pass, rows); });
}

template <class T>
void DenseStep<T>::add_forward(PhaseList<T>& phases) const {
  phases.items(
      name_ + " forward", kernel_->num_panels(),
      [this](const Pass<T>& pass, runtime::Range panels, std::byte*) {
        if (panels.size() > 0) forward(pass, panels);
      },
      flops_per_row());
}

template <class T>
void DenseStep<T>::forward(const Pass<T>& pass, runtime::Range panels) const {
  const kernels::Table<T>& k = *pass.kernels;
  const std::int64_t column = panels.begin * kPanel;
  const kernels::Block block{pass.rows(), panels.size() * kPanel, out_.stride};
  T* saved = pass.at(saved_);
  T* out = pass.at(out_.data);
  k.matmul(pass.at(in_.data), in_.stride, kernel_->values, bias_ ? bias_->values : nullptr, saved,
           out_.stride, pass.rows(), kernel_->inputs, panels.begin, panels.end);
  const T* y = saved + column;
  if (activation_) {
    // The derivative needs y or z: that one stays in `saved`.
    T* to = kernels::derivative_uses_output(activation_->activation) ? saved + column : out + column;
    k.activation_forward[static_cast<int>(activation_->activation)](y, to, block,
                                                                    static_cast<T>(activation_->alpha));
    y = to;
  }
  if (mask_) mask_->forward(pass, y, out + column, block, 0, column);
}

template <class T>
void DenseStep<T>::backward_panels(const Pass<T>& pass, runtime::Range panels) const {
  const std::int64_t column = panels.begin * kPanel;
  const kernels::Block block{pass.rows(), panels.size() * kPanel, out_.stride};
  T* gradient = pass.at(out_.gradient) + column;
  if (mask_) mask_->backward(pass, gradient, block, column);
  if (activation_)
    pass.kernels->activation_backward[static_cast<int>(activation_->activation)](
        gradient, pass.at(saved_) + column, gradient, block, static_cast<T>(activation_->alpha));
}

template <class T>
void DenseStep<T>::add_backward(PhaseList<T>& phases) const {
  if (in_.gradient != kNowhere)
    phases.items(
        name_ + " input gradient", kernels::panels(kernel_->inputs),
        [this](const Pass<T>& pass, runtime::Range panels, std::byte* scratch) {
          input_gradient(pass, panels, scratch);
        },
        flops_per_row());
  phases.items(
      name_ + " gradient, update", kernel_->num_panels(),
      [this](const Pass<T>& pass, runtime::Range panels, std::byte* scratch) {
        learn(pass, panels, scratch);
      },
      flops_per_row());
}

template <class T>
void DenseStep<T>::input_gradient(const Pass<T>& pass, runtime::Range panels, std::byte* scratch) const {
  T* transposed = reinterpret_cast<T*>(scratch);
  for (std::int64_t p = panels.begin; p < panels.end; ++p) {
    pass.kernels->transpose_panel(kernel_->values, kernel_->inputs, kernel_->units, p, transposed);
    pass.kernels->matmul(pass.at(out_.gradient), out_.stride, transposed, nullptr,
                         pass.at(in_.gradient) + p * kPanel, in_.stride, pass.rows(), kernel_->units, 0, 1);
    previous_->backward_panels(pass, {p, p + 1});
  }
}

template <class T>
void DenseStep<T>::learn(const Pass<T>& pass, runtime::Range panels, std::byte* scratch) const {
  T* tile = reinterpret_cast<T*>(scratch);
  for (std::int64_t p = panels.begin; p < panels.end; ++p) {
    const T* dz = pass.at(out_.gradient) + p * kPanel;
    updater_->begin_panel(pass, *kernel_, p);
    for (std::int64_t k = 0; k < kernel_->inputs; k += Updater<T>::kTileRows) {
      const std::int64_t end = std::min(k + Updater<T>::kTileRows, kernel_->inputs);
      pass.kernels->kernel_gradient(pass.at(in_.data), in_.stride, dz, out_.stride, tile, pass.rows(), k,
                                    end);
      updater_->tile(pass, *kernel_, p * kernel_->panel_size() + k * kPanel, (end - k) * kPanel, tile);
    }
    updater_->finish_panel(pass, *kernel_, p);
    if (!bias_) continue;
    updater_->begin_panel(pass, *bias_, p);
    pass.kernels->bias_gradient(dz, out_.stride, tile, pass.rows());
    updater_->tile(pass, *bias_, p * kPanel, kPanel, tile);
    updater_->finish_panel(pass, *bias_, p);
  }
}

template class DenseStep<float>;
template class DenseStep<double>;

}  // namespace regulus::plan
