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

TEST(SimdConvolution, HasTheBitsOfTheReference) {
  for (const Fill fill : {Fill::kOrdinary, Fill::kSpecial})
    for (const ConvolutionCase& c : convolution_cases()) {
      const auto offset = c.offsets();
      const Guarded<float> x = numbers(1, c.height * c.width * c.channels, fill);
      const Guarded<float> w = numbers(2, c.packed(), fill);
      const Guarded<float> bias = numbers(3, kernels::padded(c.units), fill);
      for (const float* start : {bias.data(), static_cast<const float*>(nullptr)}) {
        const auto run = [&](const kernels::Table<float>& table) {
          Guarded<float> y(c.out_size());
          table.convolution({c.windows(offset), x.data(), w.data(), c.panel_size(), start, y.data(),
                             c.out_w() * c.out_step(), c.units, c.out_step()});
          return y;
        };
        const Guarded<float> wanted = run(kernels::reference_table<float>());
        testing::for_each_table([&](const kernels::Table<float>& table, const std::string& isa) {
          testing::expect_same_bits(run(table), wanted, isa + " " + c.text());
        });
      }
    }
}

}  // namespace
}  // namespace regulus
