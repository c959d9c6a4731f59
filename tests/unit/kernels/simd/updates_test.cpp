// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "unit/kernels/blocks.h"

namespace regulus {
namespace {

using kernels::kPanel;
using testing::Fill;
using testing::Guarded;
using testing::label;
using testing::numbers;

/// Second moments are not negative where they come from; special fills may break that.
Guarded<float> slot(std::uint32_t seed, std::int64_t n, Fill fill) {
  Guarded<float> values = numbers(seed, n, fill);
  if (fill == Fill::kOrdinary)
    for (std::int64_t i = 0; i < n; ++i) values[i] = std::fabs(values[i]);
  return values;
}

void check(int rule, std::int64_t n, Fill fill) {
  const float c[kernels::kMaxCoefficients] = {1e-3f, 0.1f, 1e-3f, 1e-7f, 0.9f, 0.2f, 3.5f, 0.0f};
  const Guarded<float> g = numbers(1, n, fill);
  const auto run = [&](const kernels::Table<float>& table) {
    std::vector<Guarded<float>> state = {numbers(2, n, fill), slot(3, n, fill), slot(4, n, fill),
                                         slot(5, n, fill)};
    float* slots[kernels::kMaxSlots] = {state[1].data(), state[2].data(), state[3].data()};
    table.update[rule](state[0].data(), slots, g.data(), n, c);
    return state;
  };
  const auto wanted = run(kernels::reference_table<float>());
  testing::for_each_table([&](const kernels::Table<float>& table, const std::string& isa) {
    const auto found = run(table);
    for (std::size_t i = 0; i < wanted.size(); ++i)
      testing::expect_same_bits(found[i], wanted[i], label(isa, "rule", rule, "n", n, "array", i));
  });
}

TEST(SimdUpdates, EveryRuleAndSize) {
  for (const Fill fill : {Fill::kOrdinary, Fill::kSpecial})
    for (int rule = 0; rule < kernels::kNumUpdateRules; ++rule)
      for (const std::int64_t panels : {0, 1, 2, 3, 5, 64, 300}) check(rule, panels * kPanel, fill);
}

TEST(SimdUpdates, SlotsThatARuleLacksMayBeNull) {
  testing::for_each_table([&](const kernels::Table<float>& table, const std::string&) {
    Guarded<float> w = numbers(1, kPanel);
    const Guarded<float> g = numbers(2, kPanel);
    float* slots[kernels::kMaxSlots] = {};
    const float lr = 0.5f;
    table.update[static_cast<int>(kernels::UpdateRule::kSgd)](w.data(), slots, g.data(), kPanel, &lr);
    EXPECT_EQ(w[3], std::fma(-lr, g[3], testing::number_at(1, 3)));
  });
}

}  // namespace
}  // namespace regulus
