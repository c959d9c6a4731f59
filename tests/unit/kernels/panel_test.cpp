// SPDX-License-Identifier: Apache-2.0
#include "regulus/kernels/panel.h"

#include <gtest/gtest.h>

#include <vector>

namespace regulus {
namespace {

using kernels::kPanel;

TEST(Panel, WidthsAreRoundedUp) {
  for (const auto& [width, panels] : {std::pair{0, 0}, {1, 1}, {16, 1}, {17, 2}, {300, 19}}) {
    EXPECT_EQ(kernels::panels(width), panels);
    EXPECT_EQ(kernels::padded(width), panels * kPanel);
  }
}

TEST(Panel, PackingKeepsEveryWeightAndZeroesTheRest) {
  const std::int64_t inputs = 3;
  const std::int64_t units = 21;
  std::vector<float> w;
  for (int i = 0; i < inputs * units; ++i) w.push_back(static_cast<float>(i + 1));
  std::vector<double> packed(static_cast<std::size_t>(kernels::padded(units) * inputs), -1);
  kernels::pack(w.data(), inputs, units, packed.data());
  double sum = 0;
  for (const double v : packed) sum += v;
  EXPECT_EQ(sum, 63 * 64 / 2);
  for (std::int64_t k = 0; k < inputs; ++k)
    for (std::int64_t n = 0; n < units; ++n)
      EXPECT_EQ(packed[static_cast<std::size_t>(kernels::packed_index(inputs, k, n))], k * units + n + 1);
  std::vector<float> back(w.size());
  kernels::unpack(packed.data(), inputs, units, back.data());
  EXPECT_EQ(back, w);
}

}  // namespace
}  // namespace regulus
