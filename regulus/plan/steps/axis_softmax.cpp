// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/axis_softmax.h"

#include <algorithm>

namespace regulus::plan {
namespace {

constexpr std::int64_t kVectorsAtOnce = 16;

}  // namespace

template <class T>
Value AxisSoftmaxStep<T>::lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) {
  in_ = input;
  previous_ = previous;
  out_ = compiler.new_value(input.width, false);
  out_.gradient = input.gradient;
  // Two blocks: backward has the outputs and their gradients.
  compiler.need_scratch(2 * kVectorsAtOnce * kernels::padded(spec_.length) *
                        static_cast<std::int64_t>(sizeof(T)));
  return out_;
}

template <class T>
void AxisSoftmaxStep<T>::take(const T* row, std::int64_t first, std::int64_t count, T* vectors) const {
  const std::int64_t stride = kernels::padded(spec_.length);
  for (std::int64_t v = 0; v < count; ++v) {
    const T* from = row + begin(first + v);
    T* to = vectors + v * stride;
    for (std::int64_t i = 0; i < spec_.length; ++i) to[i] = from[i * spec_.inner];
    std::fill(to + spec_.length, to + stride, T{0});
  }
}

template <class T>
void AxisSoftmaxStep<T>::put_back(const T* vectors, std::int64_t first, std::int64_t count, T* row) const {
  const std::int64_t stride = kernels::padded(spec_.length);
  for (std::int64_t v = 0; v < count; ++v) {
    const T* from = vectors + v * stride;
    T* to = row + begin(first + v);
    for (std::int64_t i = 0; i < spec_.length; ++i) to[i * spec_.inner] = from[i];
  }
}

template <class T>
template <class Run>
void AxisSoftmaxStep<T>::for_each_block(Run run) const {
  const std::int64_t vectors = in_.width / spec_.length;
  for (std::int64_t first = 0; first < vectors; first += kVectorsAtOnce)
    run(first, std::min(kVectorsAtOnce, vectors - first));
}

template <class T>
void AxisSoftmaxStep<T>::add_forward(PhaseList<T>& phases) const {
  phases.rows(spec_.name + " softmax", [this](const Pass<T>& pass, runtime::Range rows, std::byte* scratch) {
    T* z = reinterpret_cast<T*>(scratch);
    const std::int64_t stride = kernels::padded(spec_.length);
    for (std::int64_t r = rows.begin; r < rows.end; ++r)
      for_each_block([&](std::int64_t first, std::int64_t count) {
        take(pass.at(in_.data) + r * in_.stride, first, count, z);
        pass.kernels->softmax_forward(z, z, count, spec_.length, stride);
        put_back(z, first, count, pass.at(out_.data) + r * out_.stride);
      });
  });
}

template <class T>
void AxisSoftmaxStep<T>::add_backward(PhaseList<T>& phases) const {
  if (in_.gradient == kNowhere) return;
  phases.rows(spec_.name + " softmax gradient",
              [this](const Pass<T>& pass, runtime::Range rows, std::byte* scratch) {
                const std::int64_t stride = kernels::padded(spec_.length);
                T* y = reinterpret_cast<T*>(scratch);
                T* dy = y + kVectorsAtOnce * stride;
                for (std::int64_t r = rows.begin; r < rows.end; ++r) {
                  T* gradient = pass.at(in_.gradient) + r * in_.stride;
                  for_each_block([&](std::int64_t first, std::int64_t count) {
                    take(pass.at(out_.data) + r * out_.stride, first, count, y);
                    take(gradient, first, count, dy);
                    pass.kernels->softmax_backward(dy, y, dy, count, spec_.length, stride);
                    put_back(dy, first, count, gradient);
                  });
                }
                previous_->backward_block(pass, rows, {0, kernels::panels(in_.width)});
              });
}

template class AxisSoftmaxStep<float>;
template class AxisSoftmaxStep<double>;

}  // namespace regulus::plan
