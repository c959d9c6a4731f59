// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/weights/kernel_mask.h"

#include "regulus/plan/pass/mask.h"

namespace regulus::plan {

using kernels::kPanel;

template <class T>
void KernelMask<T>::lay_out(Compiler<T>& compiler, const Weight<T>& kernel) {
  kernel_ = &kernel;
  const std::int64_t size = kernel.parameter->packed_size();
  bits_ = compiler.layout().template reserve<std::uint16_t>(size / kPanel);
  masked_ = compiler.layout().template reserve<T>(size);
}

template <class T>
void KernelMask<T>::add_draw(PhaseList<T>& phases) const {
  phases.items(spec_.name + " masks", kernel_->num_panels(),
               [this](const Pass<T>& pass, runtime::Range panels, std::byte*) {
                 for (std::int64_t p = panels.begin; p < panels.end; ++p) draw(pass, p);
               });
}

template <class T>
void KernelMask<T>::draw(const Pass<T>& pass, std::int64_t panel) const {
  const std::int64_t size = kernel_->panel_size();
  const std::int64_t at = panel * size;
  const auto number = static_cast<std::uint32_t>(panel);
  pass.kernels->draw_mask(bits(pass, at), kernel_->inputs, &number, 1, size, mask_key(spec_, pass));
  pass.kernels->mask_forward(kernel_->values + at, bits(pass, at), kernel_->inputs, pass.at(masked_) + at,
                             {1, size, size}, {static_cast<T>(spec_.scale), 0, 0});
}

template <class T>
void KernelMask<T>::backward(const Pass<T>& pass, std::int64_t at, std::int64_t count, T* gradient) const {
  pass.kernels->mask_backward(gradient, bits(pass, at), count / kPanel, gradient, {1, count, count},
                              static_cast<T>(spec_.scale));
}

template class KernelMask<float>;
template class KernelMask<double>;

}  // namespace regulus::plan
