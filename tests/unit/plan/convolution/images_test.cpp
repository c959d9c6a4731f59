// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/convolution/images.h"

#include <gtest/gtest.h>

#include <utility>

namespace regulus::plan {
namespace {

WindowSpec window(std::int64_t size, std::int64_t channels, std::int64_t kernel, std::int64_t stride,
                  std::int64_t dilation, std::int64_t pad) {
  const std::int64_t reach = (kernel - 1) * dilation;
  return {.height = size,
          .width = size + 3,
          .channels = channels,
          .kernel_h = kernel,
          .kernel_w = kernel,
          .stride_h = stride,
          .stride_w = stride,
          .dilation_h = dilation,
          .dilation_w = dilation,
          .pad_top = pad,
          .pad_left = pad,
          .out_h = (size + 2 * pad - reach - 1) / stride + 1,
          .out_w = (size + 3 + 2 * pad - reach - 1) / stride + 1};
}

// Through every run, the pixels in its box and no others meet an element of the image.
TEST(ConvolutionImages, BoxesHoldThePixelsWhoseRunsLieInside) {
  for (const std::int64_t channels : {2, 20, 40})
    for (const std::int64_t kernel : {1, 3, 5})
      for (const std::int64_t stride : {1, 2})
        for (const std::int64_t dilation : {1, 2})
          for (const std::int64_t pad : {0, 1, 2}) {
            const WindowSpec at = window(9, channels, kernel, stride, dilation, pad);
            const ConvolutionImages images(at, channels, 4, false, 1);
            const kernels::Windows windows = images.windows();
            const std::int64_t line = images.border.full_width * channels;
            EXPECT_EQ(windows.runs.inputs(), kernel * kernel * channels);
            for (std::int64_t run = 0; run < windows.runs.count; ++run)
              for (std::int64_t y = 0; y < at.out_h; ++y)
                for (std::int64_t x = 0; x < at.out_w; ++x) {
                  // The element of the placed image at the run's begin, by the definition.
                  const std::int64_t place = run * windows.runs.length / channels;
                  const std::int64_t i = y * stride - pad + place / kernel * dilation + images.border.top;
                  const std::int64_t j = x * stride - pad + place % kernel * dilation + images.border.left;
                  const bool inside =
                      0 <= i && i < images.border.full_height && 0 <= j && j < images.border.full_width;
                  const kernels::PixelBox box = images.boxes() != nullptr
                                                    ? images.boxes()[run]
                                                    : kernels::PixelBox{0, at.out_h, 0, at.out_w};
                  ASSERT_EQ(box.line <= y && y < box.line_end && box.column <= x && x < box.column_end,
                            inside)
                      << channels << ' ' << kernel << ' ' << stride << ' ' << dilation << ' ' << pad;
                  if (inside) {
                    ASSERT_EQ(y * windows.row + x * windows.step + windows.runs.offset[run],
                              i * line + j * channels);
                  }
                }
          }
}

TEST(ConvolutionImages, BordersAreForFewChannelsAndDepthwise) {
  const auto border = [](std::int64_t channels, bool depthwise) {
    const ConvolutionImages images(window(9, channels, 3, 1, 1, 1), channels, channels, depthwise, 1);
    return std::pair(images.border.top, images.border.left);
  };
  EXPECT_EQ(border(3, false), std::pair(1L, 1L));
  EXPECT_EQ(border(16, false), std::pair(0L, 0L));
  EXPECT_EQ(border(64, true), std::pair(1L, 1L));
}

TEST(ConvolutionImages, NeighboursAreOneRunUnlessSomethingLiesBetween) {
  const auto runs = [](std::int64_t dilation, bool depthwise, std::int64_t groups) {
    const ConvolutionImages images(window(9, 2, 3, 1, dilation, 0), 2, 4, depthwise, groups);
    return std::pair(images.windows().runs.count, images.windows().runs.length);
  };
  EXPECT_EQ(runs(1, false, 1), std::pair(3L, 6L));
  EXPECT_EQ(runs(2, false, 1), std::pair(9L, 2L));
  EXPECT_EQ(runs(1, false, 2), std::pair(9L, 1L));
  EXPECT_EQ(runs(1, true, 1), std::pair(9L, 1L));
}

}  // namespace
}  // namespace regulus::plan
