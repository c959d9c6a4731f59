// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "regulus/plan/thinned/thinned_network.h"

namespace regulus::plan {

/// The network of one sample: of each layer, the weights between the inputs and the units that are
/// kept, side by side. Made in two parts, because only the second is long, and that one allocates nothing.
template <class T>
class ThinnedSample {
 public:
  struct Layer {
    std::vector<std::int32_t> inputs;  ///< whose products are summed: kept, or dropped for the complement
    std::vector<std::int32_t> units;   ///< that the next layer keeps; the last group is filled with unit 0
    std::int64_t num_units = 0;        ///< without the filling
    Buffer<T> weights;                 ///< as kernels::grouped_index says
    Buffer<T> shift;                   ///< what the masks' constants and the bias add to each unit
  };

  /// Draws the masks of sample pass.draw: those that Pass::shared_masks gives every row.
  void draw(const ThinnedNetwork<T>& network, const Pass<T>& pass);
  void gather(const ThinnedNetwork<T>& network);

  const std::vector<Layer>& layers() const { return layers_; }

 private:
  std::vector<Layer> layers_;
};

}  // namespace regulus::plan
