// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>

#include "unit/kernels/convolution_case.h"

namespace regulus {
namespace {

using testing::convolution_cases;
using testing::ConvolutionCase;
using testing::Fill;
using testing::Guarded;
using testing::numbers;

// Runs need not meet all packed inputs, nor those in their order.
std::vector<std::int64_t> run_inputs(const ConvolutionCase& c, std::size_t runs) {
  std::vector<std::int64_t> first;
  const std::int64_t length = c.inputs() / static_cast<std::int64_t>(runs);
  for (std::size_t run = 0; run < runs; ++run)
    first.push_back(3 + static_cast<std::int64_t>(runs - 1 - run) * (length + 1));
  return first;
}

TEST(SimdConvolution, HasTheBitsOfTheReference) {
  for (const Fill fill : {Fill::kOrdinary, Fill::kSpecial})
    for (const ConvolutionCase& c : convolution_cases()) {
      const auto offset = c.offsets();
      const auto inputs = run_inputs(c, offset.size());
      const std::int64_t panel_size =
          (c.inputs() + static_cast<std::int64_t>(offset.size()) + 3) * kernels::kPanel;
      const Guarded<float> x = numbers(1, c.height * c.width * c.channels, fill);
      const Guarded<float> w = numbers(2, kernels::panels(c.units) * panel_size, fill);
      const Guarded<float> bias = numbers(3, kernels::padded(c.units), fill);
      for (const float* start : {bias.data(), static_cast<const float*>(nullptr)}) {
        const auto run = [&](const kernels::Table<float>& table) {
          Guarded<float> y(c.out_size());
          auto args = testing::forward_args(c, c.windows(offset), inputs, x, y);
          args.w = w.data();
          args.w_stride = panel_size;
          args.bias = start;
          table.convolution(args);
          args.resume = true;
          args.windows.runs.count -= 1;
          table.convolution(args);
          return y;
        };
        testing::expect_reference_bits(run, c.text());
      }
    }
}

TEST(SimdConvolution, TakesImagesTogether) {
  for (ConvolutionCase c : convolution_cases()) {
    c.height = std::min(c.height, c.kernel_h * c.dilation + 1);  // few lines, so that images are the longest
    const auto offset = c.offsets();
    const auto inputs = run_inputs(c, offset.size());
    const std::int64_t panel_size =
        (c.inputs() + static_cast<std::int64_t>(offset.size()) + 3) * kernels::kPanel;
    for (const std::int64_t images : {2, 5, 9, 26})
      for (const std::int64_t gap : {0, 5}) {
        const std::int64_t x_image = c.height * c.width * c.channels + gap;
        const std::int64_t y_image = c.out_size() + gap;
        const Guarded<float> x = numbers(1, images * x_image, Fill::kOrdinary);
        const Guarded<float> w = numbers(2, kernels::panels(c.units) * panel_size, Fill::kOrdinary);
        const auto run = [&](const kernels::Table<float>& table) {
          Guarded<float> y(images * y_image);
          auto args = testing::forward_args(c, c.windows(offset), inputs, x, y);
          args.w = w.data();
          args.w_stride = panel_size;
          args.images = images;
          args.x_image = x_image;
          args.y_image = y_image;
          table.convolution(args);
          return y;
        };
        testing::expect_reference_bits(run, c.text());
      }
  }
}

// As a pixel does whose window lies outside the image altogether.
TEST(SimdConvolution, WithoutRunsIsTheBias) {
  const ConvolutionCase c{6, 7, 4, 3, 3, 1, 20};
  const Guarded<float> bias = numbers(3, kernels::padded(c.units), Fill::kOrdinary);
  testing::for_each_table([&](const kernels::Table<float>& table, const std::string& isa) {
    Guarded<float> y(c.out_size());
    table.convolution({.windows = c.windows({}),
                       .x = nullptr,
                       .w = nullptr,
                       .w_stride = 0,
                       .bias = bias.data(),
                       .y = y.data(),
                       .y_row = c.out_w() * c.units,
                       .units = c.units});
    for (std::int64_t i = 0; i < c.out_size(); ++i) ASSERT_EQ(y.data()[i], bias.data()[i % c.units]) << isa;
  });
}

}  // namespace
}  // namespace regulus
