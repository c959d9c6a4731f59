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

constexpr std::int64_t kPanels = 5;
constexpr std::int64_t kStride = kPanels * kPanel;

Guarded<std::uint16_t> decisions(std::int64_t rows) {
  Guarded<std::uint16_t> keep(rows * kPanels);
  for (std::int64_t i = 0; i < keep.size(); ++i)
    keep[i] = static_cast<std::uint16_t>(
        random::philox(random::Key(9), {static_cast<std::uint32_t>(i), 0, 0, 0})[0]);
  keep[0] = 0;
  keep[1] = 0xffff;
  keep[2] = 0x8001;
  return keep;
}

void check(std::int64_t rows, std::int64_t panel, std::int64_t count, Fill fill, bool in_place) {
  const Guarded<std::uint16_t> keep = decisions(33);
  const kernels::Block block{rows, count * kPanel, kStride};
  const std::int64_t at = panel * kPanel;
  const Guarded<float> x = numbers(1, 33 * kStride, fill);
  const auto run = [&](const kernels::Table<float>& table, bool forward) {
    Guarded<float> y = in_place ? x : Guarded<float>(x.size());
    const float* from = (in_place ? y.data() : x.data()) + at;
    if (forward)
      table.mask_forward(from, keep.data() + panel, kPanels, y.data() + at, block,
                         {0.878908f, 0.309042f, -1.236166f});
    else
      table.mask_backward(from, keep.data() + panel, kPanels, y.data() + at, block, 1.25f);
    return y;
  };
  for (const bool forward : {true, false}) {
    const Guarded<float> wanted = run(kernels::reference_table<float>(), forward);
    testing::for_each_table([&](const kernels::Table<float>& table, const std::string& isa) {
      testing::expect_same_bits(run(table, forward), wanted,
                                label(isa, forward ? "forward" : "backward", rows, panel, count));
    });
  }
}

TEST(SimdMasks, EveryRowCountAndColumnRange) {
  for (const std::int64_t rows : {0, 1, 2, 32, 33})
    for (std::int64_t panel = 0; panel < kPanels; ++panel)
      for (std::int64_t count = 0; panel + count <= kPanels; ++count)
        for (const bool in_place : {true, false}) check(rows, panel, count, Fill::kOrdinary, in_place);
}

TEST(SimdMasks, SpecialNumbersAreSelectedAwayNotMultiplied) {
  for (const bool in_place : {true, false}) check(33, 0, kPanels, Fill::kSpecial, in_place);
}

}  // namespace
}  // namespace regulus
