// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/thinned/thinned_rows.h"

#include <algorithm>
#include <cstring>

namespace regulus::plan {
namespace {

template <class T>
Buffer<T> lines(std::int64_t count) {
  return Buffer<T>(static_cast<std::size_t>(count * ThinnedRows<T>::kMaxRows));
}

}  // namespace

template <class T>
ThinnedScratch<T>::ThinnedScratch(const ThinnedNetwork<T>& network)
    : inputs_(lines<T>(network.layers.front().kernel->inputs)) {
  std::int64_t most = 0;
  for (const auto& layer : network.layers) most = std::max(most, kernels::grouped(layer.kernel->units));
  for (Buffer<T>& buffer : outputs_) buffer = lines<T>(most);
}

template <class T>
ThinnedRows<T>::ThinnedRows(const ThinnedNetwork<T>& network)
    : inputs_(lines<T>(network.layers.front().kernel->inputs)) {
  if (network.complement) base_ = lines<T>(kernels::grouped(network.layers.front().kernel->units));
}

template <class T>
void ThinnedRows<T>::load(const ThinnedNetwork<T>& network, const Plan<T>& plan, const Pass<T>& pass) {
  rows_ = pass.rows();
  finite_ = ~std::uint64_t{0};
  const Value& value = plan.drawn_from();
  const T* from = pass.at(value.data);
  T* to = inputs_.data();
  for (std::int64_t k = 0; k < value.width; ++k, to += columns()) {
    for (std::int64_t r = 0; r < rows_; ++r) to[r] = from[r * value.stride + k];
    std::fill(to + rows_, to + columns(), T{0});
  }
  if (network.complement) compute_base(network, *pass.kernels);
}

template <class T>
void ThinnedRows<T>::compute_base(const ThinnedNetwork<T>& network, const kernels::Table<T>& kernels) {
  const Weight<T>& kernel = *network.layers.front().kernel;
  kernels.column_matmul({inputs_.data(), network.base_weights.data(), network.base_shift.data(), nullptr,
                         nullptr, base_.data(), columns(), kernel.inputs, kernels::grouped(kernel.units)});
  T sum[kMaxRows] = {};  // v - v is 0, or NaN if v is not finite
  for (std::int64_t n = 0; n < kernel.units; ++n)
    for (std::int64_t r = 0; r < rows_; ++r) {
      const T v = base_.data()[n * columns() + r];
      sum[r] += v - v;
    }
  for (std::int64_t r = 0; r < rows_; ++r)
    if (sum[r] != 0) finite_ &= ~(std::uint64_t{1} << r);
}

// The lines that a sample reads lie anywhere in memory, too many of them in the same sets of the
// cache; the first layer reads each of them once for every four units.
template <class T>
const T* ThinnedRows<T>::gather_inputs(const ThinnedSample<T>& sample, T* to) const {
  T* line = to;
  for (const std::int32_t k : sample.layers().front().inputs) {
    std::memcpy(line, inputs_.data() + k * columns(), static_cast<std::size_t>(columns()) * sizeof(T));
    line += columns();
  }
  return to;
}

template <class T>
const T* ThinnedRows<T>::run(const ThinnedNetwork<T>& network, const ThinnedSample<T>& sample,
                             const kernels::Table<T>& kernels, ThinnedScratch<T>& scratch) const {
  const T* x = gather_inputs(sample, scratch.inputs());
  T* y = nullptr;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const auto& layer = sample.layers()[i];
    const bool complement = i == 0 && network.complement;
    y = scratch.outputs(i);
    kernels.column_matmul({x, layer.weights.data(), layer.shift.data(), complement ? base_.data() : nullptr,
                           layer.units.data(), y, columns(), static_cast<std::int64_t>(layer.inputs.size()),
                           static_cast<std::int64_t>(layer.units.size())});
    const std::int64_t size = layer.num_units * columns();
    for (const ActivationSpec& activation : network.layers[i].activations)
      kernels.activation_forward[static_cast<int>(activation.activation)](y, y, {1, size, size},
                                                                          static_cast<T>(activation.alpha));
    x = y;
  }
  const std::int64_t units = network.layers.back().kernel->units;
  if (network.softmax)
    (network.softmax->log ? kernels.column_log_softmax : kernels.column_softmax)(y, y, units, columns());
  return y;
}

template class ThinnedScratch<float>;
template class ThinnedScratch<double>;
template class ThinnedRows<float>;
template class ThinnedRows<double>;

}  // namespace regulus::plan
