// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "unit/kernels/blocks.h"

namespace regulus {
namespace {

using testing::Fill;
using testing::Guarded;
using testing::label;
using testing::numbers;

void check(std::int64_t n, Fill fill) {
  const auto run = [&](const kernels::Table<float>& table) {
    std::vector<Guarded<double>> state = {Guarded<double>(n, 0.0), Guarded<double>(n, 0.0)};
    for (int draw = 1; draw <= 7; ++draw) {
      const Guarded<float> x = numbers(static_cast<std::uint32_t>(draw), n, fill);
      table.moments(x.data(), state[0].data(), state[1].data(), n, draw);
    }
    return state;
  };
  const auto wanted = run(kernels::reference_table<float>());
  testing::for_each_table([&](const kernels::Table<float>& table, const std::string& isa) {
    const auto found = run(table);
    testing::expect_same_bits(found[0], wanted[0], label(isa, "mean", n));
    testing::expect_same_bits(found[1], wanted[1], label(isa, "m2", n));
  });
}

TEST(SimdMoments, EveryLength) {
  for (const Fill fill : {Fill::kOrdinary, Fill::kSpecial})
    for (std::int64_t n = 0; n <= 70; ++n) check(n, fill);
}

}  // namespace
}  // namespace regulus
