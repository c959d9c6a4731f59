// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "unit/kernels/blocks.h"

namespace regulus::testing {

/// A convolution over an image that has its border already.
struct ConvolutionCase {
  std::int64_t height, width, channels;  ///< of the image
  std::int64_t kernel_h, kernel_w, stride, units;
  std::int64_t dilation = 1;

  std::int64_t out_h() const { return (height - (kernel_h - 1) * dilation - 1) / stride + 1; }
  std::int64_t out_w() const { return (width - (kernel_w - 1) * dilation - 1) / stride + 1; }
  std::int64_t inputs() const { return kernel_h * kernel_w * channels; }
  std::int64_t packed() const { return kernels::panels(units) * inputs() * kernels::kPanel; }

  std::vector<std::int64_t> offsets() const {
    std::vector<std::int64_t> at;
    for (std::int64_t i = 0; i < kernel_h; ++i)
      for (std::int64_t j = 0; j < (dilation == 1 ? 1 : kernel_w); ++j)
        at.push_back((i * width + j) * dilation * channels);
    return at;
  }
  kernels::Windows windows(const std::vector<std::int64_t>& offset) const {
    const auto runs = static_cast<std::int64_t>(offset.size());
    return {{offset.data(), runs, inputs() / runs},
            out_h(),
            out_w(),
            stride * channels,
            stride * width * channels};
  }
  std::string text() const {
    return label("image", height, width, channels, "kernel", kernel_h, kernel_w, "stride", stride, "units",
                 units, "dilation", dilation);
  }
};

}  // namespace regulus::testing
