// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "unit/kernels/blocks.h"

namespace regulus {
namespace {

using kernels::ConstraintArgs;
using kernels::ConstraintKind;
using kernels::kPanel;
using testing::Fill;
using testing::Guarded;
using testing::label;
using testing::numbers;

void check(const ConstraintArgs<float>& args, std::int64_t inputs, Fill fill) {
  const auto run = [&](const kernels::Table<float>& table) {
    Guarded<float> w = numbers(1, inputs * kPanel, fill);
    for (std::int64_t k = 0; k < inputs; ++k) w[k * kPanel + 5] = 0;  // a unit of norm 0
    table.constrain_panel(w.data(), inputs, args);
    return w;
  };
  const Guarded<float> wanted = run(kernels::reference_table<float>());
  testing::for_each_table([&](const kernels::Table<float>& table, const std::string& isa) {
    testing::expect_same_bits(run(table), wanted,
                              label(isa, "kind", static_cast<int>(args.kind), "inputs", inputs));
  });
}

TEST(SimdConstraints, EveryKindAndHeight) {
  for (const Fill fill : {Fill::kOrdinary, Fill::kSpecial})
    for (const std::int64_t inputs : {0, 1, 2, 15, 16, 17, 100, 784})
      for (const ConstraintKind kind :
           {ConstraintKind::kNone, ConstraintKind::kMaxNorm, ConstraintKind::kMinMaxNorm,
            ConstraintKind::kUnitNorm, ConstraintKind::kNonNeg})
        for (const float max : {0.0f, 0.7f, 1.0f, 100.0f})
          for (const float rate : {1.0f, 0.25f}) check({kind, max / 2, max, rate}, inputs, fill);
}

}  // namespace
}  // namespace regulus
