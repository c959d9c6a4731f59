// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "unit/kernels/convolution_case.h"

namespace regulus {
namespace {

using testing::ConvolutionCase;
using testing::Fill;
using testing::Guarded;
using testing::numbers;

std::vector<ConvolutionCase> grid() {
  std::vector<ConvolutionCase> cases;
  for (const std::int64_t units : {1, 10, 16, 17, 32, 47, 48, 64, 65, 80})
    for (const std::int64_t channels : {1, 3, 16, 19}) cases.push_back({9, 12, channels, 3, 3, 1, units});
  for (std::int64_t width = 1; width <= 40; ++width) cases.push_back({3, width, 5, 3, 1, 1, 33});
  for (const std::int64_t stride : {2, 3}) cases.push_back({11, 14, 4, 5, 3, stride, 20});
  cases.push_back({9, 11, 4, 3, 3, 1, 20, 2});
  cases.push_back({7, 7, 20, 1, 1, 1, 40});
  cases.push_back({7, 7, 20, 1, 1, 2, 40});
  return cases;
}

TEST(SimdConvolution, HasTheBitsOfTheReference) {
  for (const Fill fill : {Fill::kOrdinary, Fill::kSpecial})
    for (const ConvolutionCase& c : grid()) {
      const auto offset = c.offsets();
      const Guarded<float> x = numbers(1, c.height * c.width * c.channels, fill);
      const Guarded<float> w = numbers(2, c.packed(), fill);
      const Guarded<float> bias = numbers(3, kernels::padded(c.units), fill);
      for (const float* start : {bias.data(), static_cast<const float*>(nullptr)}) {
        const auto run = [&](const kernels::Table<float>& table) {
          Guarded<float> y(c.out_h() * c.out_w() * c.units);
          table.convolution({c.windows(offset), x.data(), w.data(), start, y.data(), c.units});
          return y;
        };
        const Guarded<float> wanted = run(kernels::reference_table<float>());
        testing::for_each_table([&](const kernels::Table<float>& table, const std::string& isa) {
          testing::expect_same_bits(run(table), wanted, isa + " " + c.text());
        });
      }
    }
}

TEST(SimdConvolutionGradient, HasTheBitsOfTheReference) {
  for (const Fill fill : {Fill::kOrdinary, Fill::kSpecial})
    for (const ConvolutionCase& c : grid()) {
      const auto offset = c.offsets();
      const Guarded<float> x = numbers(1, c.height * c.width * c.channels, fill);
      const Guarded<float> dz = numbers(2, c.out_h() * c.out_w() * c.units, fill);
      const auto run = [&](const kernels::Table<float>& table) {
        Guarded<float> g(c.packed());
        kernels::ConvolutionGradientArgs<float> args{
            c.windows(offset),        x.data(), dz.data(), c.units, g.data(), 0, c.inputs(), 0,
            kernels::panels(c.units), false};
        table.convolution_gradient(args);
        args.resume = true;
        args.input_begin = c.inputs() / 3;
        args.panel_begin = kernels::panels(c.units) / 2;
        table.convolution_gradient(args);
        return g;
      };
      const Guarded<float> wanted = run(kernels::reference_table<float>());
      testing::for_each_table([&](const kernels::Table<float>& table, const std::string& isa) {
        testing::expect_same_bits(run(table), wanted, isa + " " + c.text());
      });
    }
}

}  // namespace
}  // namespace regulus
