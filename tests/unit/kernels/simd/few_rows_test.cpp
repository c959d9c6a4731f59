// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "unit/kernels/input_gradient_case.h"

namespace regulus {
namespace {

using testing::check_input_gradient;

TEST(SimdInputGradientOfFewRows, EveryInputAndUnitCount) {
  for (const std::int64_t rows : {1, 3, 8, 16, 32, 48})
    for (const std::int64_t inputs : {1, 3, 7, 8, 15, 16, 17, 31, 50})
      for (const std::int64_t units : {1, 2, 3, 4, 5, 15, 16, 17, 31, 33})
        check_input_gradient(rows, inputs, units, 0, kernels::panels(inputs));
}

}  // namespace
}  // namespace regulus
