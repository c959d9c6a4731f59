// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/thinned/thinned_sample.h"

#include <algorithm>

namespace regulus::plan {
namespace {

using kernels::kColumnGroup;

/// The inputs of a layer that its mask keeps, or that it drops.
template <class T>
void list_inputs(const ThinnedLayer<T>& layer, const Pass<T>& pass, bool kept,
                 std::vector<std::int32_t>& list) {
  list.clear();
  if (layer.mask) layer.mask->draw(pass, {0, 1});
  const std::uint16_t* bits = layer.mask ? layer.mask->bits(pass) : nullptr;
  for (std::int32_t k = 0; k < layer.kernel->inputs; ++k) {
    const bool is_kept = !bits || (bits[k / 16] >> (k % 16) & 1) != 0;
    if (is_kept == kept) list.push_back(k);
  }
}

template <class T>
void reserve(Buffer<T>& buffer, std::int64_t size) {
  if (buffer.size() < static_cast<std::size_t>(size)) buffer = Buffer<T>(static_cast<std::size_t>(size));
}

/// The weights of one group of units, times `factor`; their sums over the inputs. Units past `live` get
/// zeros.
template <class T>
void gather_group(const Weight<T>& kernel, const typename ThinnedSample<T>::Layer& layer, std::int64_t first,
                  std::int64_t live, T factor, T* to, double (&sums)[kColumnGroup]) {
  const T* from[kColumnGroup];
  T factors[kColumnGroup] = {};
  double added[kColumnGroup] = {};  // in registers, while `sums` might be anybody's memory
  for (std::int64_t n = 0; n < kColumnGroup; ++n) {
    const std::int64_t unit = layer.units[static_cast<std::size_t>(first + n)];
    from[n] = kernel.values + kernels::packed_index(kernel.inputs, 0, unit);
    if (n < live) factors[n] = factor;
  }
  for (const std::int32_t input : layer.inputs) {
    const std::int64_t at = input * kernels::kPanel;
#pragma GCC unroll 4
    for (std::int64_t n = 0; n < kColumnGroup; ++n) {
      const T w = from[n][at];
      to[n] = factors[n] * w;
      added[n] += static_cast<double>(w);
    }
    to += kColumnGroup;
  }
  std::copy_n(added, kColumnGroup, sums);
}

template <class T>
void gather_layer(const ThinnedLayer<T>& whole, bool complement, typename ThinnedSample<T>::Layer& layer) {
  const kernels::MaskMap<T> map = whole.map();
  const auto shift = static_cast<double>(map.shift);
  const auto dropped = static_cast<double>(map.dropped);
  const auto inputs = static_cast<std::int64_t>(layer.inputs.size());
  for (std::int64_t first = 0; first < layer.num_units; first += kColumnGroup) {
    const std::int64_t live = std::min(kColumnGroup, layer.num_units - first);
    double sums[kColumnGroup] = {};
    gather_group(*whole.kernel, layer, first, live, complement ? -map.scale : map.scale,
                 layer.weights.data() + first * inputs, sums);
    for (std::int64_t n = 0; n < live; ++n) {
      const auto unit = static_cast<std::size_t>(layer.units[static_cast<std::size_t>(first + n)]);
      const double bias = whole.bias ? static_cast<double>(whole.bias->values[unit]) : 0;
      // The base holds the bias, and `shift` for all inputs.
      const double sum = complement ? (dropped - shift) * sums[n]
                                    : bias + shift * sums[n] + dropped * (whole.kernel_sums[unit] - sums[n]);
      layer.shift[static_cast<std::size_t>(first + n)] = static_cast<T>(sum);
    }
  }
}

}  // namespace

template <class T>
void ThinnedSample<T>::draw(const ThinnedNetwork<T>& network, const Pass<T>& pass) {
  Pass<T> one = pass;
  const std::uint32_t id = Mask<T>::kSharedRow;
  one.shared_masks = true;
  one.batch.row_ids = &id;
  one.batch.rows = 1;
  const std::size_t count = network.layers.size();
  layers_.resize(count);
  for (std::size_t i = 0; i < count; ++i)
    list_inputs(network.layers[i], one, i > 0 || !network.complement, layers_[i].inputs);
  for (std::size_t i = 0; i < count; ++i) {
    Layer& layer = layers_[i];
    if (i + 1 < count) {
      layer.units = layers_[i + 1].inputs;
    } else {
      layer.units.resize(static_cast<std::size_t>(network.layers[i].kernel->units));
      for (std::size_t n = 0; n < layer.units.size(); ++n) layer.units[n] = static_cast<std::int32_t>(n);
    }
    layer.num_units = static_cast<std::int64_t>(layer.units.size());
    layer.units.resize(static_cast<std::size_t>(kernels::grouped(layer.num_units)));
    reserve(layer.weights, static_cast<std::int64_t>(layer.units.size() * layer.inputs.size()));
    reserve(layer.shift, static_cast<std::int64_t>(layer.units.size()));
  }
}

template <class T>
void ThinnedSample<T>::gather(const ThinnedNetwork<T>& network) {
  for (std::size_t i = 0; i < layers_.size(); ++i)
    gather_layer(network.layers[i], i == 0 && network.complement, layers_[i]);
}

template class ThinnedSample<float>;
template class ThinnedSample<double>;

}  // namespace regulus::plan
