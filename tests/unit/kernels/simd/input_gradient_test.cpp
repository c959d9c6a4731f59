// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "unit/kernels/input_gradient_case.h"

namespace regulus {
namespace {

using testing::check_input_gradient;

TEST(SimdInputGradient, EveryRowCount) {
  for (std::int64_t rows = 0; rows <= 70; ++rows)
    for (const std::int64_t inputs : {33, 64})
      for (const std::int64_t units : {10, 35})
        check_input_gradient(rows, inputs, units, 0, kernels::panels(inputs));
}

// Others write their panels at the same time: nothing beside its own may be touched.
TEST(SimdInputGradient, SomePanels) {
  for (const std::int64_t rows : {1, 2, 5, 13, 32, 100})
    for (std::int64_t begin = 0; begin <= 5; ++begin)
      for (std::int64_t end = begin; end <= 5; ++end) check_input_gradient(rows, 75, 20, begin, end);
}

TEST(SimdInputGradient, LargeBatches) {
  for (const std::int64_t rows : {127, 128, 129, 200}) check_input_gradient(rows, 40, 50, 0, 3);
}

TEST(SimdInputGradient, MoreUnitsThanAreTransposedAtOnce) {
  check_input_gradient(33, 40, 150, 0, 3);
  check_input_gradient(60, 40, 600, 0, 3);
  check_input_gradient(300, 20, 300, 0, 2);
}

TEST(SimdInputGradient, SpecialNumbers) {
  for (const std::int64_t rows : {1, 4, 32, 47, 60})
    check_input_gradient(rows, 40, 21, 0, 3, testing::Fill::kSpecial);
}

}  // namespace
}  // namespace regulus
