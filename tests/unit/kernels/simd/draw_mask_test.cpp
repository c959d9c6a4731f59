// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "unit/kernels/blocks.h"

namespace regulus {
namespace {

using testing::Guarded;
using testing::label;

kernels::MaskKey key(std::uint32_t threshold) {
  return {random::Key(0x123456789abcdef0u), random::stream(random::Purpose::kMask, 3), 77, threshold};
}

void check(const kernels::MaskKey& key, std::int64_t rows, std::int64_t units, std::int64_t words) {
  std::vector<std::uint32_t> ids;
  for (std::int64_t r = 0; r < rows; ++r) ids.push_back(static_cast<std::uint32_t>(r * 2654435761u));
  const auto run = [&](const kernels::Table<float>& table) {
    Guarded<std::uint16_t> keep(rows * words);
    table.draw_mask(keep.data(), words, ids.data(), rows, units, key);
    return keep;
  };
  const Guarded<std::uint16_t> wanted = run(kernels::reference_table<float>());
  testing::for_each_table([&](const kernels::Table<float>& table, const std::string& isa) {
    testing::expect_same_bits(run(table), wanted,
                              label(isa, "rows", rows, "units", units, "threshold", key.threshold));
  });
}

TEST(SimdDrawMask, EveryWidth) {
  for (std::int64_t units = 1; units <= 300; ++units) check(key(13107), 2, units, kernels::panels(units));
}

TEST(SimdDrawMask, EveryRowCount) {
  for (std::int64_t rows = 0; rows <= 33; ++rows) check(key(32768), rows, 100, 7);
}

TEST(SimdDrawMask, ThresholdsAtTheEdges) {
  for (const std::uint32_t threshold : {0u, 1u, 2u, 255u, 256u, 32767u, 32768u, 65534u, 65535u, 65536u})
    check(key(threshold), 20, 1000, kernels::panels(1000));
}

TEST(SimdDrawMask, WordsPastTheUnitsAreZero) {
  check(key(0), 5, 100, 20);
}

TEST(SimdDrawMask, AllWordsOfTheKeyCount) {
  kernels::MaskKey k = key(30000);
  for (int i = 0; i < 20; ++i) {
    k.key = random::derive(k.key, 1);
    k.draw = 0xffffffffu - static_cast<std::uint32_t>(i);
    k.stream += 0x01000001u;
    check(k, 3, 200, 13);
  }
}

}  // namespace
}  // namespace regulus
