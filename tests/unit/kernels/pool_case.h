// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "unit/kernels/blocks.h"

namespace regulus::testing {

/// One geometry along an axis, with what distinguishes it.
struct NamedAxis {
  const char* name;
  kernels::PoolAxis axis;
};

inline const std::vector<NamedAxis>& pool_axes() {
  static const std::vector<NamedAxis> axes = {{"one pixel", {1, 1, 1, 1, 0}},
                                              {"tiles", {6, 3, 2, 2, 0}},
                                              {"rest left out", {7, 2, 3, 3, 0}},
                                              {"overlapping", {7, 3, 3, 2, 0}},
                                              {"gaps", {8, 3, 1, 3, 0}},
                                              {"over both edges", {5, 5, 3, 1, 1}},
                                              {"over the far edge", {5, 3, 2, 2, 0}},
                                              {"whole axis", {5, 1, 5, 1, 0}},
                                              {"larger than the axis", {3, 1, 9, 9, 3}}};
  return axes;
}

/// Images of these windows whose rows lie as a plan lays them out.
inline kernels::Pooling pooling(const kernels::PoolAxis& height, const kernels::PoolAxis& width,
                                std::int64_t channels) {
  kernels::Pooling p{height, width, channels, 0, 0};
  p.in_stride = kernels::row_stride(p.in_size());
  p.out_stride = kernels::row_stride(p.out_size());
  return p;
}

}  // namespace regulus::testing
