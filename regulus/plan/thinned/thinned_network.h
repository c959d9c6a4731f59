// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "regulus/plan/pass/mask.h"
#include "regulus/plan/plan.h"

namespace regulus::plan {

/// A dense layer, the mask of its inputs, and what is done to its outputs.
template <class T>
struct ThinnedLayer {
  const Weight<T>* kernel = nullptr;
  const Weight<T>* bias = nullptr;  ///< may be null
  const Mask<T>* mask = nullptr;    ///< null: all inputs are kept
  std::vector<ActivationSpec> activations = {};
  Buffer<double> kernel_sums = {};  ///< of each unit, over all inputs

  kernels::MaskMap<T> map() const { return mask ? mask->map() : kernels::MaskMap<T>{}; }
};

/// The part of a Monte-Carlo plan that draws, for masks that all rows share: each sample is then one
/// smaller network (ThinnedSample), and units that it drops are not computed. With y = s x + b for a
/// kept and d for a dropped input, a unit's value is
///   bias + sum over kept k of (s W(k, n)) x_k + b sum over kept k of W(k, n) + d sum over dropped k of W(k,
///   n):
/// a product with kept inputs and a number of the sample. The first layer's inputs are the same in all
/// samples, so where fewer are dropped than kept it takes the complement: the product with all inputs
/// once, less that with the dropped ones for each sample.
template <class T>
struct ThinnedNetwork {
  std::vector<ThinnedLayer<T>> layers;
  std::optional<SoftmaxSpec> softmax;
  bool complement = false;
  Buffer<T> base_weights;  ///< s W of the first layer, as kernels::grouped_index says; for the complement
  Buffer<T> base_shift;    ///< bias + b * (sum over all k)
};

/// Nothing where the general path has to do: unless the plan, from its first draw on, is dense layers
/// with at most one mask before each, element-wise activations behind them and perhaps a softmax as
/// its end, with finite weights, of which a dropped unit's may be left out. Weights are read here and
/// when samples gather theirs. Requires the plan to outlive the result.
template <class T>
std::optional<ThinnedNetwork<T>> thin(const Plan<T>& plan);

}  // namespace regulus::plan
