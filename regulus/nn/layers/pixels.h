// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "regulus/plan/graph.h"
#include "regulus/plan/steps/rearrange.h"

namespace regulus {

/// Adds the step that makes images [height, width, channels] of the pixels of others: pixel (y, x) is
/// pixel pixel_of(y, x) of the input, counted row by row, and 0 in each channel where that is -1.
template <class PixelOf>
void lower_pixels(plan::Graph& graph, std::string name, const Shape& output, PixelOf pixel_of) {
  plan::RearrangeSpec spec{std::move(name), {}};
  const std::int64_t channels = output[2];
  for (std::int64_t y = 0; y < output[0]; ++y)
    for (std::int64_t x = 0; x < output[1]; ++x) {
      const std::int64_t pixel = pixel_of(y, x);
      for (std::int64_t c = 0; c < channels; ++c)
        spec.source.push_back(static_cast<std::int32_t>(pixel < 0 ? -1 : pixel * channels + c));
    }
  graph.add<plan::RearrangeStep>(std::move(spec));
}

}  // namespace regulus
