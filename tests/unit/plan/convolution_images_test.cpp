// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/convolution_images.h"

#include <gtest/gtest.h>

#include <string>

namespace regulus::plan {
namespace {

WindowSpec window(std::int64_t size, std::int64_t kernel, std::int64_t stride, std::int64_t dilation,
                  std::int64_t pad) {
  const std::int64_t out = (size + 2 * pad - (kernel - 1) * dilation - 1) / stride + 1;
  return {.height = size,
          .width = size + 3,
          .channels = 2,
          .kernel_h = kernel,
          .kernel_w = kernel,
          .stride_h = stride,
          .stride_w = stride,
          .dilation_h = dilation,
          .dilation_w = dilation,
          .pad_top = pad,
          .pad_left = pad,
          .out_h = out,
          .out_w = (size + 3 + 2 * pad - (kernel - 1) * dilation - 1) / stride + 1};
}

// Output line o meets input line o * stride - pad + k * dilation through the kernel's row k.
TEST(ConvolutionImages, KernelRowsAreThoseThatMeetTheLine) {
  for (const std::int64_t size : {5, 7, 12})
    for (const std::int64_t kernel : {1, 3, 5})
      for (const std::int64_t stride : {1, 2, 3})
        for (const std::int64_t dilation : {1, 2})
          for (std::int64_t pad = 0; pad <= (kernel - 1) * dilation; ++pad) {
            if (size + 2 * pad <= (kernel - 1) * dilation) continue;
            WindowSpec at = window(size, kernel, stride, dilation, pad);
            for (const std::int64_t lines : {at.out_h, at.out_h - 1}) {  // a line less than fits
              if (lines < 1) continue;
              at.out_h = lines;
              const ConvolutionImages images(at, 2, 4, false, 1);
              const std::string what = "size " + std::to_string(size) + ", kernel " + std::to_string(kernel) +
                                       ", stride " + std::to_string(stride) + ", dilation " +
                                       std::to_string(dilation) + ", pad " + std::to_string(pad);
              for (std::int64_t line = 0; line < size; ++line) {
                const runtime::Range rows = images.kernel_rows(line);
                std::int64_t met = 0;
                for (std::int64_t o = 0; o < at.out_h; ++o)
                  for (std::int64_t k = 0; k < kernel; ++k) {
                    if (o * stride - pad + k * dilation != line) continue;
                    const std::int64_t turned = kernel - 1 - k;
                    EXPECT_TRUE(rows.begin <= turned && turned < rows.end) << what << ", line " << line;
                    ++met;
                  }
                if (stride == 1 && dilation == 1) {
                  EXPECT_EQ(rows.size(), met) << what << ", line " << line;
                }
              }
              for (std::int64_t x = images.gradient_width(); x < at.width; ++x)
                for (std::int64_t o = 0; o < at.out_w; ++o)
                  for (std::int64_t k = 0; k < kernel; ++k)
                    EXPECT_NE(o * stride - pad + k * dilation, x) << what;
            }
          }
}

TEST(ConvolutionImages, NeighboursAreOneRunUnlessSomethingLiesBetween) {
  const auto forward = [](std::int64_t dilation, bool depthwise, std::int64_t groups) {
    const ConvolutionImages images(window(9, 3, 1, dilation, 0), 2, 4, depthwise, groups);
    return std::pair(images.forward.offsets.size(), images.forward.length);
  };
  EXPECT_EQ(forward(1, false, 1), (std::pair<std::size_t, std::int64_t>(3, 6)));
  EXPECT_EQ(forward(2, false, 1), (std::pair<std::size_t, std::int64_t>(9, 2)));
  EXPECT_EQ(forward(1, false, 2), (std::pair<std::size_t, std::int64_t>(9, 1)));
  EXPECT_EQ(forward(1, true, 1), (std::pair<std::size_t, std::int64_t>(9, 1)));
}

}  // namespace
}  // namespace regulus::plan
