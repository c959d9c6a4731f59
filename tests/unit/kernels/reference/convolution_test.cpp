// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "unit/kernels/convolution_case.h"

namespace regulus {
namespace {

using testing::ConvolutionCase;
using testing::Guarded;
using testing::number_at;

constexpr double kRounding = 1e-13;  // some hundred products of size 10, each rounded to 1e-16 of it

const ConvolutionCase kCases[] = {{5, 6, 1, 3, 3, 1, 4},
                                  {6, 7, 3, 2, 3, 1, 18},
                                  {7, 9, 2, 3, 3, 2, 5},
                                  {8, 9, 3, 3, 2, 1, 5, 2},
                                  {4, 4, 5, 1, 1, 1, 17}};

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
    Guarded<double> y(c.out_h() * c.out_w() * c.units);
    kernels::reference_table<double>().convolution(
        {c.windows(offset), x.data(), w.data(), bias.data(), y.data(), c.units});
    for (std::int64_t oy = 0; oy < c.out_h(); ++oy)
      for (std::int64_t ox = 0; ox < c.out_w(); ++ox)
        for (std::int64_t n = 0; n < c.units; ++n) {
          double sum = number_at(3, n);
          for (std::int64_t i = 0; i < c.kernel_h; ++i)
            for (std::int64_t j = 0; j < c.kernel_w; ++j)
              for (std::int64_t ch = 0; ch < c.channels; ++ch)
                sum += x_at(c, oy * c.stride + i * c.dilation, ox * c.stride + j * c.dilation, ch) *
                       number_at(2, input(c, i, j, ch) * c.units + n);
          EXPECT_NEAR(y[(oy * c.out_w() + ox) * c.units + n], sum, kRounding) << c.text();
        }
    EXPECT_TRUE(y.intact());
  }
}

TEST(ConvolutionGradient, IsTheSumOverThePixels) {
  for (const ConvolutionCase& c : kCases) {
    const auto offset = c.offsets();
    const Guarded<double> x = image(c);
    Guarded<double> dz(c.out_h() * c.out_w() * c.units);
    for (std::int64_t i = 0; i < c.out_h() * c.out_w() * c.units; ++i) dz[i] = number_at(4, i);
    Guarded<double> g(c.packed());
    kernels::reference_table<double>().convolution_gradient({c.windows(offset), x.data(), dz.data(), c.units,
                                                             g.data(), 0, c.inputs(), 0,
                                                             kernels::panels(c.units), false});
    for (std::int64_t i = 0; i < c.kernel_h; ++i)
      for (std::int64_t j = 0; j < c.kernel_w; ++j)
        for (std::int64_t ch = 0; ch < c.channels; ++ch)
          for (std::int64_t n = 0; n < kernels::padded(c.units); ++n) {
            double sum = 0;
            for (std::int64_t oy = 0; n < c.units && oy < c.out_h(); ++oy)
              for (std::int64_t ox = 0; ox < c.out_w(); ++ox)
                sum += x_at(c, oy * c.stride + i * c.dilation, ox * c.stride + j * c.dilation, ch) *
                       number_at(4, (oy * c.out_w() + ox) * c.units + n);
            EXPECT_NEAR(g[kernels::packed_index(c.inputs(), input(c, i, j, ch), n)], sum, kRounding)
                << c.text();
          }
    EXPECT_TRUE(g.intact());
  }
}

}  // namespace
}  // namespace regulus
