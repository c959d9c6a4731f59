// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/thinned/thinned_network.h"

#include <utility>

#include "regulus/plan/steps/activation.h"
#include "regulus/plan/steps/dense.h"
#include "regulus/plan/steps/mask.h"
#include "regulus/plan/steps/softmax.h"

namespace regulus::plan {
namespace {

/// Takes the steps one after another; each says whether it fits behind those before it.
template <class T>
class Parser {
 public:
  bool take(const Step<T>& step) {
    if (network_.softmax) return false;
    if (const auto* mask = dynamic_cast<const MaskStep<T>*>(&step)) return take_mask(&mask->mask());
    if (const auto* dense = dynamic_cast<const DenseStep<T>*>(&step)) return take_dense(*dense);
    if (mask_ || network_.layers.empty()) return false;
    if (const auto* activation = dynamic_cast<const ActivationStep<T>*>(&step)) {
      network_.layers.back().activations.push_back(activation->spec());
      return true;
    }
    if (const auto* softmax = dynamic_cast<const SoftmaxStep<T>*>(&step)) {
      network_.softmax = softmax->spec();
      return true;
    }
    return false;
  }
  bool complete() const { return !mask_ && !network_.layers.empty(); }
  ThinnedNetwork<T> network() && { return std::move(network_); }

 private:
  bool take_mask(const Mask<T>* mask) { return !std::exchange(mask_, mask); }
  bool take_dense(const DenseStep<T>& dense) {
    if (dense.normalizes() || dense.drops_weights()) return false;
    network_.layers.push_back({&dense.kernel(), dense.bias(), std::exchange(mask_, nullptr)});
    if (dense.activation()) network_.layers.back().activations.push_back(*dense.activation());
    return !dense.mask() || take_mask(&*dense.mask());
  }

  ThinnedNetwork<T> network_;
  const Mask<T>* mask_ = nullptr;  // waits for its dense layer
};

template <class T>
bool finite(const Weight<T>* weight) {
  if (!weight) return true;
  T sum = 0;  // v - v is 0, or NaN if v is not finite
  for (std::int64_t i = 0; i < weight->num_panels() * weight->panel_size(); ++i)
    sum += weight->values[i] - weight->values[i];
  return sum == 0;
}

template <class T>
Buffer<double> sums_over_inputs(const Weight<T>& kernel) {
  Buffer<double> sums(static_cast<std::size_t>(kernels::padded(kernel.units)));
  for (std::int64_t p = 0; p < kernel.num_panels(); ++p)
    for (std::int64_t k = 0; k < kernel.inputs; ++k)
      for (std::int64_t lane = 0; lane < kernels::kPanel; ++lane)
        sums[static_cast<std::size_t>(p * kernels::kPanel + lane)] +=
            static_cast<double>(kernel.values[p * kernel.panel_size() + k * kernels::kPanel + lane]);
  return sums;
}

template <class T>
void prepare_base(ThinnedNetwork<T>& network) {
  const ThinnedLayer<T>& layer = network.layers.front();
  const Weight<T>& kernel = *layer.kernel;
  const kernels::MaskMap<T> map = layer.map();
  const std::int64_t lines = kernels::grouped(kernel.units);
  network.base_weights = Buffer<T>(static_cast<std::size_t>(lines * kernel.inputs));
  network.base_shift = Buffer<T>(static_cast<std::size_t>(lines));
  for (std::int64_t n = 0; n < kernel.units; ++n) {
    const auto unit = static_cast<std::size_t>(n);
    for (std::int64_t k = 0; k < kernel.inputs; ++k)
      network.base_weights[static_cast<std::size_t>(kernels::grouped_index(kernel.inputs, k, n))] =
          map.scale * kernel.values[kernels::packed_index(kernel.inputs, k, n)];
    const double bias = layer.bias ? static_cast<double>(layer.bias->values[n]) : 0;
    network.base_shift[unit] =
        static_cast<T>(bias + static_cast<double>(map.shift) * layer.kernel_sums[unit]);
  }
}

}  // namespace

template <class T>
std::optional<ThinnedNetwork<T>> thin(const Plan<T>& plan) {
  Parser<T> parser;
  bool draws = false;
  for (const auto& step : plan.steps()) {
    draws = draws || step->stochastic();
    if (draws && !parser.take(*step)) return {};
  }
  if (!parser.complete()) return {};
  ThinnedNetwork<T> network = std::move(parser).network();
  for (ThinnedLayer<T>& layer : network.layers) {
    if (!finite(layer.kernel) || !finite(layer.bias)) return {};
    layer.kernel_sums = sums_over_inputs(*layer.kernel);
  }
  network.complement = network.layers.front().mask->spec().rate < 0.5;
  if (network.complement) prepare_base(network);
  return network;
}

template std::optional<ThinnedNetwork<float>> thin(const Plan<float>&);
template std::optional<ThinnedNetwork<double>> thin(const Plan<double>&);

}  // namespace regulus::plan
