// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "regulus/base/tensor.h"

namespace regulus {

/// What a model knows beyond its layers' weights: with it training and stochastic predictions go
/// on as if the model had never been written to a file, bit for bit.
struct TrainingState {
  std::uint64_t iterations = 0;       ///< updates since compile
  std::uint32_t epochs_shuffled = 0;  ///< since compile: which permutation of the rows comes next
  std::uint32_t calls = 0;            ///< stochastic predictions so far, each with draws of its own
  /// The optimizer's arrays: for each trainable weight in the layers' order as many as the optimizer has
  /// slots (Adam: momentum, velocity), each shaped like the weight. Zero before the first update, none of a
  /// model that is not compiled.
  std::vector<std::vector<Tensor>> slots;
};

}  // namespace regulus
