// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/axis_softmax.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace regulus::plan {
namespace {

constexpr std::int64_t kVectorsAtOnce = 16;

/// The largest k numbers of z that sparsemax keeps, in order[0 … k), largest first, and what it takes off.
struct Support {
  std::int64_t count;
  double threshold;
};

// Keras takes off (c_1 + … + c_k - 1) / k, where c_j is the sum of the j largest; Martins and Astudillo 2016,
// whose outputs add up to 1, have (c_k - 1) / k.
template <class T>
Support support_of(const T* z, std::int64_t length, std::int32_t* order) {
  std::iota(order, order + length, 0);
  std::sort(order, order + length,
            [z](std::int32_t a, std::int32_t b) { return z[a] > z[b] || (z[a] == z[b] && a < b); });
  Support support{0, 0};
  double sum = 0;
  double sums = 0;
  for (std::int64_t j = 0; j < length; ++j) {
    const auto next = static_cast<double>(z[order[j]]);
    sum += next;
    if (!(next - (sum - 1) / static_cast<double>(j + 1) > 0)) break;
    sums += sum;
    support.count = j + 1;
  }
  support.threshold = (sums - 1) / static_cast<double>(support.count);
  return support;
}

template <class T>
bool any_nan(const T* z, std::int64_t length) {
  return std::any_of(z, z + length, [](T x) { return x != x; });
}

template <class T>
void sparsemax(T* z, std::int64_t length, std::int32_t* order) {
  // Numbers that are none have no order.
  if (any_nan(z, length)) return std::fill(z, z + length, std::numeric_limits<T>::quiet_NaN());
  const double threshold = support_of(z, length, order).threshold;
  for (std::int64_t i = 0; i < length; ++i) {
    const double y = static_cast<double>(z[i]) - threshold;
    z[i] = y <= 0 ? T{0} : static_cast<T>(y);
  }
}

// With r the rank of z_i among the k that are kept, d threshold / d z_i = (k - r + 1) / k.
template <class T>
void sparsemax_gradient(const T* z, T* gradient, std::int64_t length, std::int32_t* order) {
  if (any_nan(z, length)) return std::fill(gradient, gradient + length, std::numeric_limits<T>::quiet_NaN());
  const Support support = support_of(z, length, order);
  double sum = 0;
  for (std::int64_t i = 0; i < length; ++i) {
    if (static_cast<double>(z[i]) - support.threshold < 0) gradient[i] = 0;
    sum += static_cast<double>(gradient[i]);
  }
  const auto count = static_cast<double>(support.count);
  for (std::int64_t j = 0; j < support.count; ++j)
    gradient[order[j]] -= static_cast<T>(sum * static_cast<double>(support.count - j) / count);
}

}  // namespace

template <class T>
Value AxisSoftmaxStep<T>::lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) {
  in_ = input;
  previous_ = previous;
  out_ = compiler.new_value(input.width, false);
  out_.gradient = input.gradient;
  // Two blocks: backward has the outputs and their gradients; and an order of a vector's numbers.
  const std::int64_t length = kernels::padded(spec_.length);
  compiler.need_scratch(2 * kVectorsAtOnce * length * static_cast<std::int64_t>(sizeof(T)) +
                        length * static_cast<std::int64_t>(sizeof(std::int32_t)));
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
void AxisSoftmaxStep<T>::forward(const Pass<T>& pass, T* z, std::int64_t count, std::int32_t* order) const {
  const std::int64_t stride = kernels::padded(spec_.length);
  if (spec_.function == AxisFunction::kSoftmax)
    return pass.kernels->softmax_forward(z, z, count, spec_.length, stride);
  if (spec_.function == AxisFunction::kLogSoftmax)
    return pass.kernels->log_softmax_forward(z, z, count, spec_.length, stride);
  for (std::int64_t v = 0; v < count; ++v) sparsemax(z + v * stride, spec_.length, order);
}

template <class T>
void AxisSoftmaxStep<T>::backward(const Pass<T>& pass, const T* saved, T* dy, std::int64_t count,
                                  std::int32_t* order) const {
  const std::int64_t stride = kernels::padded(spec_.length);
  if (spec_.function == AxisFunction::kSoftmax)
    return pass.kernels->softmax_backward(dy, saved, dy, count, spec_.length, stride);
  if (spec_.function == AxisFunction::kLogSoftmax)
    return pass.kernels->log_softmax_backward(dy, saved, dy, count, spec_.length, stride);
  for (std::int64_t v = 0; v < count; ++v)
    sparsemax_gradient(saved + v * stride, dy + v * stride, spec_.length, order);
}

template <class T>
void AxisSoftmaxStep<T>::add_forward(PhaseList<T>& phases) const {
  phases.rows(spec_.name + " softmax", [this](const Pass<T>& pass, runtime::Range rows, std::byte* scratch) {
    const std::int64_t block = kVectorsAtOnce * kernels::padded(spec_.length);
    T* z = reinterpret_cast<T*>(scratch);
    auto* order = reinterpret_cast<std::int32_t*>(z + 2 * block);
    for (std::int64_t r = rows.begin; r < rows.end; ++r)
      for_each_block([&](std::int64_t first, std::int64_t count) {
        take(pass.at(in_.data) + r * in_.stride, first, count, z);
        forward(pass, z, count, order);
        put_back(z, first, count, pass.at(out_.data) + r * out_.stride);
      });
  });
}

template <class T>
void AxisSoftmaxStep<T>::add_backward(PhaseList<T>& phases) const {
  if (in_.gradient == kNowhere) return;
  phases.rows(spec_.name + " softmax gradient",
              [this](const Pass<T>& pass, runtime::Range rows, std::byte* scratch) {
                const std::int64_t block = kVectorsAtOnce * kernels::padded(spec_.length);
                T* saved = reinterpret_cast<T*>(scratch);
                T* dy = saved + block;
                auto* order = reinterpret_cast<std::int32_t*>(dy + block);
                const Value& from = spec_.function == AxisFunction::kSparsemax ? in_ : out_;
                for (std::int64_t r = rows.begin; r < rows.end; ++r) {
                  T* gradient = pass.at(in_.gradient) + r * in_.stride;
                  for_each_block([&](std::int64_t first, std::int64_t count) {
                    take(pass.at(from.data) + r * from.stride, first, count, saved);
                    take(gradient, first, count, dy);
                    backward(pass, saved, dy, count, order);
                    put_back(dy, first, count, gradient);
                  });
                }
                previous_->backward_block(pass, rows, {0, kernels::panels(in_.width)});
              });
}

template class AxisSoftmaxStep<float>;
template class AxisSoftmaxStep<double>;

}  // namespace regulus::plan
