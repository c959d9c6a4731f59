// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "unit/kernels/blocks.h"

namespace regulus::testing {

/// A convolution whose windows all lie inside the image.
struct ConvolutionCase {
  std::int64_t height, width, channels;  ///< of the image
  std::int64_t kernel_h, kernel_w, stride, units;
  std::int64_t dilation = 1;
  std::int64_t other_units = 0;  ///< between two pixels of the output

  std::int64_t out_h() const { return (height - (kernel_h - 1) * dilation - 1) / stride + 1; }
  std::int64_t out_w() const { return (width - (kernel_w - 1) * dilation - 1) / stride + 1; }
  std::int64_t out_step() const { return units + other_units; }
  std::int64_t out_size() const { return out_h() * out_w() * out_step(); }
  std::int64_t inputs() const { return kernel_h * kernel_w * channels; }
  std::int64_t packed() const { return kernels::panels(units) * inputs() * kernels::kPanel; }

  std::vector<std::int64_t> offsets() const {
    std::vector<std::int64_t> at;
    for (std::int64_t i = 0; i < kernel_h; ++i)
      for (std::int64_t j = 0; j < (dilation == 1 ? 1 : kernel_w); ++j)
        at.push_back((i * width + j) * dilation * channels);
    return at;
  }
  /// Of the runs, one after another, if there are so many.
  std::vector<std::int64_t> run_inputs(std::size_t runs) const {
    std::vector<std::int64_t> first;
    for (std::size_t run = 0; run < runs; ++run)
      first.push_back(static_cast<std::int64_t>(run) * inputs() / static_cast<std::int64_t>(runs));
    return first;
  }
  kernels::Windows windows(const std::vector<std::int64_t>& offset) const {
    const auto runs = static_cast<std::int64_t>(offset.size());
    return {{offset.data(), runs, runs > 0 ? inputs() / runs : 1},
            out_h(),
            out_w(),
            stride * channels,
            stride * width * channels};
  }
  std::string text() const {
    return label("image", height, width, channels, "kernel", kernel_h, kernel_w, "stride", stride, "units",
                 units, "dilation", dilation, "between", other_units);
  }
};

/// Everything but the weights: those, and the images, are the test's.
inline kernels::ConvolutionArgs<float> forward_args(const ConvolutionCase& c, const kernels::Windows& windows,
                                                    const std::vector<std::int64_t>& run_inputs,
                                                    const Guarded<float>& x, Guarded<float>& y) {
  return {.windows = windows,
          .x = x.data(),
          .w = nullptr,
          .w_stride = 0,
          .run_inputs = run_inputs.data(),
          .y = y.data(),
          .y_row = c.out_w() * c.out_step(),
          .units = c.units,
          .y_step = c.out_step()};
}

inline kernels::ConvolutionGradientArgs<float> gradient_args(const ConvolutionCase& c,
                                                             const kernels::Windows& windows,
                                                             const Guarded<float>& x,
                                                             const Guarded<float>& dz, Guarded<float>& g) {
  return {.windows = windows,
          .x = x.data(),
          .dz = dz.data(),
          .boxes = nullptr,
          .units = c.units,
          .g = g.data(),
          .resume = false,
          .dz_step = c.out_step()};
}

/// From 0 over one image, then on over three that overlap: x and dz are 10 and 4 panels longer than an image.
inline void run_and_resume(void (*gradient)(const kernels::ConvolutionGradientArgs<float>&),
                           kernels::ConvolutionGradientArgs<float> args) {
  gradient(args);
  args.resume = true;
  args.images = 3;
  args.x_image = 5;
  args.dz_image = 2 * kernels::kPanel;
  gradient(args);
}

inline std::vector<ConvolutionCase> convolution_cases() {
  std::vector<ConvolutionCase> cases;
  for (const std::int64_t units : {1, 10, 16, 17, 32, 47, 48, 64, 65, 80})
    for (const std::int64_t channels : {1, 3, 16, 19}) cases.push_back({9, 12, channels, 3, 3, 1, units});
  for (std::int64_t width = 1; width <= 40; ++width) cases.push_back({3, width, 5, 3, 1, 1, 33});
  for (const std::int64_t stride : {2, 3}) cases.push_back({11, 14, 4, 5, 3, stride, 20});
  cases.push_back({9, 11, 4, 3, 3, 1, 20, 2});
  cases.push_back({18, 31, 5, 3, 3, 1, 33});
  cases.push_back({3, 420, 2, 2, 3, 1, 40});
  for (const std::int64_t units : {5, 16, 33}) cases.push_back({6, 7, 4, 3, 3, 1, units, 1, 7});
  cases.push_back({7, 7, 20, 1, 1, 1, 40});
  cases.push_back({7, 7, 20, 1, 1, 2, 40});
  return cases;
}

}  // namespace regulus::testing
