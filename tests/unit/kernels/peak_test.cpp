// SPDX-License-Identifier: Apache-2.0
#include "regulus/kernels/peak.h"

#include <gtest/gtest.h>

#include <cmath>

namespace regulus::kernels {
namespace {

TEST(Peak, IsMeasuredForEachInstructionSet) {
  for (const runtime::Isa isa : runtime::available_isas())
    for (const int threads : {1, 2}) {
      const double peak = fma_peak_flops(threads, isa);
      EXPECT_TRUE(std::isfinite(peak)) << runtime::name(isa);
      EXPECT_GT(peak, 1e6) << runtime::name(isa);  // any machine of this century, busy or not
    }
}

}  // namespace
}  // namespace regulus::kernels
