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
        kernels::ConvolutionGradientArgs<float> args{
            c.windows(offset),        x.data(), dz.data(), c.units, g.data(), 0,           c.inputs(), 0,
            kernels::panels(c.units), false,    1,         0,       0,        c.out_step()};
        table.convolution_gradient(args);
        args.resume = true;
        args.input_begin = c.inputs() / 3;
        args.panel_begin = kernels::panels(c.units) / 2;
        table.convolution_gradient(args);
        args.images = 3;
        args.x_image = 5;
        args.dz_image = 2 * kernels::kPanel;
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
