// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <numeric>

#include "unit/kernels/convolution_case.h"

namespace regulus {
namespace {

using testing::ConvolutionCase;
using testing::Guarded;
using testing::number_at;

constexpr double kSumRounding = 1e-13;  // some hundred products of size 10, each rounded to 1e-16 of it

const ConvolutionCase kCases[] = {{5, 6, 1, 3, 3, 1, 4},  {6, 7, 3, 2, 3, 1, 18},
                                  {7, 9, 2, 3, 3, 2, 5},  {8, 9, 3, 3, 2, 1, 5, 2},
                                  {4, 4, 5, 1, 1, 1, 17}, {5, 6, 2, 3, 2, 1, 3, 1, 4}};

// x and W as the mathematician has them: x(row, column, channel), W(i, j, channel, unit).
double x_at(const ConvolutionCase& c, std::int64_t row, std::int64_t col, std::int64_t channel) {
  return number_at(1, (row * c.width + col) * c.channels + channel);
}
std::int64_t input(const ConvolutionCase& c, std::int64_t i, std::int64_t j, std::int64_t channel) {
  return (i * c.kernel_w + j) * c.channels + channel;
}

Guarded<double> image(const ConvolutionCase& c) {
  Guarded<double> x(c.height * c.width * c.channels);
  for (std::int64_t i = 0; i < c.height * c.width * c.channels; ++i) x[i] = number_at(1, i);
  return x;
}

TEST(Convolution, IsTheSumOverTheWindow) {
  for (const ConvolutionCase& c : kCases) {
    const auto offset = c.offsets();
    const Guarded<double> x = image(c);
    Guarded<double> w(c.packed());
    std::vector<double> rows;
    for (std::int64_t i = 0; i < c.inputs() * c.units; ++i) rows.push_back(number_at(2, i));
    kernels::pack(rows.data(), c.inputs(), c.units, w.data());
    Guarded<double> bias(kernels::padded(c.units));
    for (std::int64_t n = 0; n < c.units; ++n) bias[n] = number_at(3, n);
    Guarded<double> y(c.out_size());
    const auto run_inputs = c.run_inputs(offset.size());
    kernels::reference_table<double>().convolution({.windows = c.windows(offset),
                                                    .x = x.data(),
                                                    .w = w.data(),
                                                    .w_stride = c.inputs() * kernels::kPanel,
                                                    .run_inputs = run_inputs.data(),
                                                    .bias = bias.data(),
                                                    .y = y.data(),
                                                    .y_row = c.out_w() * c.out_step(),
                                                    .units = c.units,
                                                    .y_step = c.out_step()});
    for (std::int64_t oy = 0; oy < c.out_h(); ++oy)
      for (std::int64_t ox = 0; ox < c.out_w(); ++ox)
        for (std::int64_t n = 0; n < c.units; ++n) {
          double sum = number_at(3, n);
          for (std::int64_t i = 0; i < c.kernel_h; ++i)
            for (std::int64_t j = 0; j < c.kernel_w; ++j)
              for (std::int64_t ch = 0; ch < c.channels; ++ch)
                sum += x_at(c, oy * c.stride + i * c.dilation, ox * c.stride + j * c.dilation, ch) *
                       number_at(2, input(c, i, j, ch) * c.units + n);
          EXPECT_NEAR(y[(oy * c.out_w() + ox) * c.out_step() + n], sum, kSumRounding) << c.text();
        }
    EXPECT_TRUE(y.intact());
  }
}

TEST(ConvolutionGradient, IsTheSumOverThePixels) {
  for (const ConvolutionCase& c : kCases) {
    const auto offset = c.offsets();
    const Guarded<double> x = image(c);
    Guarded<double> dz(c.out_size());
    for (std::int64_t i = 0; i < c.out_size(); ++i) dz[i] = number_at(4, i);
    Guarded<double> g(c.packed());
    kernels::reference_table<double>().convolution_gradient(
        {c.windows(offset), x.data(), dz.data(), nullptr, c.units, g.data(), false, 1, 0, 0, c.out_step()});
    for (std::int64_t i = 0; i < c.kernel_h; ++i)
      for (std::int64_t j = 0; j < c.kernel_w; ++j)
        for (std::int64_t ch = 0; ch < c.channels; ++ch)
          for (std::int64_t n = 0; n < kernels::padded(c.units); ++n) {
            double sum = 0;
            for (std::int64_t oy = 0; n < c.units && oy < c.out_h(); ++oy)
              for (std::int64_t ox = 0; ox < c.out_w(); ++ox)
                sum += x_at(c, oy * c.stride + i * c.dilation, ox * c.stride + j * c.dilation, ch) *
                       number_at(4, (oy * c.out_w() + ox) * c.out_step() + n);
            EXPECT_NEAR(g[kernels::packed_index(c.inputs(), input(c, i, j, ch), n)], sum, kSumRounding)
                << c.text();
          }
    EXPECT_TRUE(g.intact());
  }
}

// A depthwise convolution is that of each channel alone.
TEST(Depthwise, IsAConvolutionOfEachChannel) {
  const ConvolutionCase c{6, 7, 5, 3, 2, 1, 5};
  const ConvolutionCase alone{6, 7, 1, 3, 2, 1, 1};
  const std::int64_t taps = c.kernel_h * c.kernel_w;
  const std::int64_t pixels = c.out_h() * c.out_w();
  std::vector<std::int64_t> offset;
  for (std::int64_t i = 0; i < c.kernel_h; ++i)
    for (std::int64_t j = 0; j < c.kernel_w; ++j) offset.push_back((i * c.width + j) * c.channels);
  kernels::Windows windows = c.windows(offset);
  windows.runs.length = 1;
  const Guarded<double> x = image(c);
  Guarded<double> w(kernels::padded(c.units) * taps);
  for (std::int64_t k = 0; k < taps; ++k)
    for (std::int64_t n = 0; n < c.units; ++n) w[k * kernels::kPanel + n] = number_at(2, k * c.units + n);
  Guarded<double> y(pixels * c.units), dz(pixels * c.units), g(kernels::padded(c.units) * taps);
  for (std::int64_t i = 0; i < pixels * c.units; ++i) dz[i] = number_at(4, i);
  const auto& table = kernels::reference_table<double>();
  std::vector<std::int64_t> tap(offset.size());
  std::iota(tap.begin(), tap.end(), 0);
  table.depthwise({.windows = windows,
                   .x = x.data(),
                   .w = w.data(),
                   .w_stride = taps * kernels::kPanel,
                   .run_inputs = tap.data(),
                   .y = y.data(),
                   .y_row = c.out_w() * c.units,
                   .units = c.units});
  table.depthwise_gradient({windows, x.data(), dz.data(), nullptr, c.units, g.data(), false});
  const auto one_offset = alone.offsets();
  const auto one_run = alone.run_inputs(one_offset.size());
  for (std::int64_t n = 0; n < c.units; ++n) {
    Guarded<double> x1(c.height * c.width), w1(kernels::kPanel * taps), y1(pixels), dz1(pixels),
        g1(kernels::kPanel * taps);
    for (std::int64_t i = 0; i < c.height * c.width; ++i) x1[i] = x[i * c.channels + n];
    for (std::int64_t i = 0; i < kernels::kPanel * taps; ++i) w1[i] = 0;
    for (std::int64_t k = 0; k < taps; ++k) w1[k * kernels::kPanel] = w[k * kernels::kPanel + n];
    for (std::int64_t i = 0; i < pixels; ++i) dz1[i] = dz[i * c.units + n];
    table.convolution({.windows = alone.windows(one_offset),
                       .x = x1.data(),
                       .w = w1.data(),
                       .w_stride = taps * kernels::kPanel,
                       .run_inputs = one_run.data(),
                       .y = y1.data(),
                       .y_row = alone.out_w(),
                       .units = 1});
    table.convolution_gradient(
        {alone.windows(one_offset), x1.data(), dz1.data(), nullptr, 1, g1.data(), false});
    for (std::int64_t i = 0; i < pixels; ++i) EXPECT_EQ(y[i * c.units + n], y1[i]);
    for (std::int64_t k = 0; k < taps; ++k) EXPECT_EQ(g[k * kernels::kPanel + n], g1[k * kernels::kPanel]);
  }
}

}  // namespace
}  // namespace regulus
