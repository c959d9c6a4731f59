// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/pool.h"

namespace regulus::plan {

template <class T>
Value PoolStep<T>::lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) {
  in_ = input;
  previous_ = previous;
  out_ = compiler.new_value(spec_.windows.out_size(), input.gradient != kNowhere);
  spec_.windows.in_stride = in_.stride;
  spec_.windows.out_stride = out_.stride;
  if (spec_.pool == Pool::kMax && out_.gradient != kNowhere)
    places_ = compiler.layout().template reserve_rows<T>(out_.stride);
  return out_;
}

template <class T>
void PoolStep<T>::leave_out_unreached() {
  spec_.windows.height.inputs = spec_.windows.height.reached();
  spec_.windows.width.inputs = spec_.windows.width.reached();
}

template <class T>
void PoolStep<T>::add_forward(PhaseList<T>& phases) const {
  phases.rows(spec_.name + " forward", [this](const Pass<T>& pass, runtime::Range rows, std::byte*) {
    for (std::int64_t r = rows.begin; r < rows.end; ++r)
      forward(pass, pass.at(in_.data) + r * in_.stride, r, {0, windows().height.outputs});
  });
}

template <class T>
void PoolStep<T>::forward(const Pass<T>& pass, const T* image, std::int64_t row, kernels::Span lines) const {
  kernels::Pooling part = spec_.windows;
  part.height = part.height.part(lines);
  const std::int64_t at = row * out_.stride + lines.begin * part.width.outputs * part.channels;
  T* y = pass.at(out_.data) + at;
  if (spec_.pool == Pool::kAverage)
    pass.kernels->average_pool_forward(image, y, 1, part);
  else
    pass.kernels->max_pool_forward(image, y, places_ == kNowhere ? nullptr : pass.at(places_) + at, 1, part);
}

template <class T>
void PoolStep<T>::add_backward(PhaseList<T>& phases) const {
  if (in_.gradient == kNowhere) return;
  phases.rows(spec_.name + " input gradient", [this](const Pass<T>& pass, runtime::Range rows, std::byte*) {
    // Row by row: the step before finds the row's gradient in the cache.
    for (std::int64_t r = rows.begin; r < rows.end; ++r) {
      input_gradient(pass, r);
      previous_->backward_block(pass, {r, r + 1}, {0, kernels::panels(in_.width)});
    }
  });
}

template <class T>
void PoolStep<T>::input_gradient(const Pass<T>& pass, std::int64_t row) const {
  const T* dy = pass.at(out_.gradient) + row * out_.stride;
  T* dx = pass.at(in_.gradient) + row * in_.stride;
  switch (spec_.pool) {
    case Pool::kMax:
      return pass.kernels->max_pool_backward(dy, pass.at(places_) + row * out_.stride, dx, 1, spec_.windows);
    case Pool::kSharedMax:
      return pass.kernels->shared_max_backward(dy, pass.at(in_.data) + row * in_.stride,
                                               pass.at(out_.data) + row * out_.stride, dx, 1, spec_.windows);
    case Pool::kAverage:
      return pass.kernels->average_pool_backward(dy, dx, 1, spec_.windows);
  }
}

template class PoolStep<float>;
template class PoolStep<double>;

}  // namespace regulus::plan
