// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/gated_linear_unit.h"

#include <algorithm>

#include "regulus/base/natural.h"

namespace regulus::plan {
namespace {

template <class T>
T sigmoid_of(T x) {
  return static_cast<T>(1 / (1 + natural_exp(-static_cast<double>(x))));
}

}  // namespace

template <class T>
Value GatedLinearUnitStep<T>::lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) {
  in_ = input;
  previous_ = previous;
  out_ = compiler.new_value(input.width / 2, input.gradient != kNowhere);
  return out_;
}

template <class T>
void GatedLinearUnitStep<T>::add_forward(PhaseList<T>& phases) const {
  phases.rows(spec_.name + " forward", [this](const Pass<T>& pass, runtime::Range rows, std::byte*) {
    const std::int64_t half = spec_.length / 2;
    for (std::int64_t r = rows.begin; r < rows.end; ++r) {
      const T* x = pass.at(in_.data) + r * in_.stride;
      T* y = pass.at(out_.data) + r * out_.stride;
      for (std::int64_t at = 0; at < out_.width; at += half, x += spec_.length)
        for (std::int64_t i = 0; i < half; ++i) *y++ = x[i] * sigmoid_of(x[half + i]);
    }
  });
}

template <class T>
void GatedLinearUnitStep<T>::add_backward(PhaseList<T>& phases) const {
  if (in_.gradient == kNowhere) return;
  phases.rows(spec_.name + " input gradient", [this](const Pass<T>& pass, runtime::Range rows, std::byte*) {
    const std::int64_t half = spec_.length / 2;
    for (std::int64_t r = rows.begin; r < rows.end; ++r) {
      const T* x = pass.at(in_.data) + r * in_.stride;
      const T* dy = pass.at(out_.gradient) + r * out_.stride;
      T* dx = pass.at(in_.gradient) + r * in_.stride;
      std::fill(dx + in_.width, dx + kernels::padded(in_.width), T{0});
      for (std::int64_t at = 0; at < out_.width; at += half, x += spec_.length, dx += spec_.length)
        for (std::int64_t i = 0; i < half; ++i, ++dy) {
          const T gate = sigmoid_of(x[half + i]);
          dx[i] = *dy * gate;
          dx[half + i] = *dy * x[i] * (gate * (T{1} - gate));
        }
    }
    previous_->backward_block(pass, rows, {0, kernels::panels(in_.width)});
  });
}

template class GatedLinearUnitStep<float>;
template class GatedLinearUnitStep<double>;

}  // namespace regulus::plan
