// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "unit/kernels/convolution_case.h"

namespace regulus {
namespace {

using testing::ConvolutionCase;
using testing::Fill;
using testing::Guarded;
using testing::numbers;

std::vector<ConvolutionCase> grid() {
  std::vector<ConvolutionCase> cases;
  for (const std::int64_t channels : {1, 3, 15, 16, 17, 32, 33, 64})
    for (const std::int64_t stride : {1, 2}) cases.push_back({9, 13, channels, 3, 3, stride, channels});
  for (std::int64_t width = 1; width <= 30; ++width) cases.push_back({3, width, 20, 3, 1, 1, 20});
  cases.push_back({11, 11, 18, 5, 5, 1, 18});
  cases.push_back({9, 11, 20, 3, 3, 1, 20, 2});
  cases.push_back({9, 11, 20, 3, 3, 1, 20, 1, 7});
  return cases;
}

// Each pixel of a kernel is a run of its own.
std::vector<std::int64_t> pixels_of(const ConvolutionCase& c) {
  std::vector<std::int64_t> at;
  for (std::int64_t i = 0; i < c.kernel_h; ++i)
    for (std::int64_t j = 0; j < c.kernel_w; ++j) at.push_back((i * c.width + j) * c.dilation * c.channels);
  return at;
}

kernels::Windows windows(const ConvolutionCase& c, const std::vector<std::int64_t>& offset) {
  kernels::Windows at = c.windows(offset);
  at.runs.length = 1;
  return at;
}

TEST(SimdDepthwise, HasTheBitsOfTheReference) {
  for (const Fill fill : {Fill::kOrdinary, Fill::kSpecial})
    for (const ConvolutionCase& c : grid()) {
      const auto offset = pixels_of(c);
      std::vector<std::int64_t> inputs(offset.size());
      std::iota(inputs.rbegin(), inputs.rend(), 0);
      const Guarded<float> x = numbers(1, c.height * c.width * c.channels, fill);
      const Guarded<float> w = numbers(2, kernels::padded(c.units) * c.kernel_h * c.kernel_w, fill);
      const Guarded<float> bias = numbers(3, kernels::padded(c.units), fill);
      for (const float* start : {bias.data(), static_cast<const float*>(nullptr)}) {
        const auto run = [&](const kernels::Table<float>& table) {
          Guarded<float> y(c.out_size());
          auto args = testing::forward_args(c, windows(c, offset), inputs, x, y);
          args.w = w.data();
          args.w_stride = c.kernel_h * c.kernel_w * kernels::kPanel;
          args.bias = start;
          table.depthwise(args);
          args.windows.height = 1;
          args.images = std::min<std::int64_t>(c.out_h(), 2);
          args.x_image = args.windows.row;
          args.y_image = args.y_row;
          table.depthwise(args);
          return y;
        };
        testing::expect_reference_bits(run, c.text());
      }
    }
}

TEST(SimdDepthwiseGradient, HasTheBitsOfTheReference) {
  for (const Fill fill : {Fill::kOrdinary, Fill::kSpecial})
    for (const ConvolutionCase& c : grid()) {
      const auto offset = pixels_of(c);
      const auto inputs = static_cast<std::int64_t>(offset.size());
      const Guarded<float> x = numbers(1, c.height * c.width * c.channels + 10, fill);
      const Guarded<float> dz = numbers(2, c.out_size() + 4 * kernels::kPanel, fill);
      const auto run = [&](const kernels::Table<float>& table) {
        Guarded<float> g(kernels::padded(c.units) * inputs);
        testing::run_and_resume(table.depthwise_gradient,
                                testing::gradient_args(c, windows(c, offset), x, dz, g));
        return g;
      };
      testing::expect_reference_bits(run, c.text());
    }
}

}  // namespace
}  // namespace regulus
