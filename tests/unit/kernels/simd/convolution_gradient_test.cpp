// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "unit/kernels/convolution_case.h"

namespace regulus {
namespace {

using testing::convolution_cases;
using testing::ConvolutionCase;
using testing::Fill;
using testing::Guarded;
using testing::numbers;

TEST(SimdConvolutionGradient, HasTheBitsOfTheReference) {
  for (const Fill fill : {Fill::kOrdinary, Fill::kSpecial})
    for (const ConvolutionCase& c : convolution_cases()) {
      const auto offset = c.offsets();
      const Guarded<float> x = numbers(1, c.height * c.width * c.channels + 10, fill);
      const Guarded<float> dz = numbers(2, c.out_size() + 4 * kernels::kPanel, fill);
      const auto run = [&](const kernels::Table<float>& table) {
        Guarded<float> g(c.packed());
        testing::run_and_resume(table.convolution_gradient,
                                testing::gradient_args(c, c.windows(offset), x, dz, g));
        return g;
      };
      testing::expect_reference_bits(run, c.text());
    }
}

// Each run meets pixels of its own, some none: what of them lies before the image is never read.
TEST(SimdConvolutionGradient, KeepsToTheBoxesOfTheRuns) {
  for (const ConvolutionCase& c : convolution_cases()) {
    auto offset = c.offsets();
    const std::int64_t line = c.stride * c.width * c.channels;
    std::vector<kernels::PixelBox> boxes;
    for (std::size_t run = 0; run < offset.size(); ++run) {
      const auto first = static_cast<std::int64_t>(run) % (c.out_h() + 1);
      const auto column = static_cast<std::int64_t>(run) % std::min<std::int64_t>(c.out_w(), 3);
      offset[run] -= first * line + column * c.stride * c.channels;
      boxes.push_back({first, c.out_h(), column, c.out_w() - column / 2});
    }
    const Guarded<float> x = numbers(1, c.height * c.width * c.channels + 10, Fill::kOrdinary);
    const Guarded<float> dz = numbers(2, c.out_size() + 4 * kernels::kPanel, Fill::kOrdinary);
    const auto run = [&](const kernels::Table<float>& table) {
      Guarded<float> g(c.packed());
      kernels::ConvolutionGradientArgs<float> args = testing::gradient_args(c, c.windows(offset), x, dz, g);
      args.boxes = boxes.data();
      testing::run_and_resume(table.convolution_gradient, args);
      return g;
    };
    testing::expect_reference_bits(run, c.text());
  }
}

}  // namespace
}  // namespace regulus
