// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "regulus/kernels/convolution.h"
#include "regulus/plan/convolution/parts.h"
#include "regulus/plan/convolution/placement.h"
#include "regulus/plan/spec.h"

namespace regulus::plan {

/// The windows of a whole image for the weights' gradient; the vectors must outlive every use.
struct WindowPattern {
  std::vector<std::int64_t> offsets;
  std::vector<kernels::PixelBox> boxes;  ///< empty: every run lies inside the image for all pixels
  std::int64_t length = 1;

  kernels::Runs runs() const { return {offsets.data(), static_cast<std::int64_t>(offsets.size()), length}; }
};

/// Where the images of a convolution lie, and which of their elements a window meets: forward over the
/// input; backward over the output's gradient, whose windows, with the kernel turned round, are what a pixel
/// of the input gave to.
struct ConvolutionImages {
  ConvolutionImages() = default;
  /// channels: of the bordered input, those of the image or, depthwise, as many as units. groups: of units.
  ConvolutionImages(const WindowSpec& window, std::int64_t channels, std::int64_t units, bool depthwise,
                    std::int64_t groups);

  /// Of those that are worked on together, inputs and outputs: small ones share what is read of the weights,
  /// and their short lines a tile.
  std::int64_t together() const { return together_; }
  kernels::Windows windows() const;
  const kernels::PixelBox* boxes() const { return pattern.boxes.empty() ? nullptr : pattern.boxes.data(); }

  std::int64_t channels = 0;  ///< of the bordered input
  Placement border{};         ///< of the input
  Placement spread{};         ///< of the output's gradient
  ConvolutionParts forward;
  ConvolutionParts backward;
  WindowPattern pattern;

 private:
  WindowAxis height_{};  ///< forward
  WindowAxis width_{};
  std::int64_t together_ = 1;
};

}  // namespace regulus::plan
