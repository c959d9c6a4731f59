// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <vector>

#include "unit/kernels/blocks.h"

namespace regulus {
namespace {

using kernels::kPanel;
using testing::Fill;
using testing::Guarded;
using testing::label;

constexpr std::int64_t kSourceRows = 9;

// Data sets and scales end where their last number ends: a sanitizer sees whoever reads on.
struct Source {
  std::vector<std::uint8_t> bytes;
  std::vector<float> floats, scale, offset;
  std::vector<std::uint32_t> index;

  Source(std::int64_t width, std::int64_t rows, Fill fill) {
    for (std::int64_t i = 0; i < kSourceRows * width; ++i) {
      bytes.push_back(static_cast<std::uint8_t>(i * 37 + i / 256));
      floats.push_back(testing::number_at(1, i, fill));
    }
    for (std::int64_t i = 0; i < width; ++i) {
      scale.push_back(testing::number_at(2, i, fill));
      offset.push_back(testing::number_at(3, i, fill));
    }
    for (std::int64_t r = 0; r < rows; ++r)
      index.push_back(static_cast<std::uint32_t>((r * 5 + 8) % kSourceRows));
  }
};

void check(std::int64_t width, std::int64_t rows, Fill fill) {
  const Source source(width, rows, fill);
  const std::int64_t stride = kernels::padded(width) + kPanel;
  for (const bool scaled : {false, true}) {
    const float* scale = scaled ? source.scale.data() : nullptr;
    const float* offset = scaled ? source.offset.data() : nullptr;
    const auto run = [&](const kernels::Table<float>& table, bool bytes) {
      Guarded<float> x(rows * stride);
      if (bytes)
        table.gather_u8(source.bytes.data(), width, source.index.data(), rows, scale, offset, x.data(),
                        stride);
      else
        table.gather_f32(source.floats.data(), width, source.index.data(), rows, scale, offset, x.data(),
                         stride);
      return x;
    };
    for (const bool bytes : {true, false}) {
      const Guarded<float> wanted = run(kernels::reference_table<float>(), bytes);
      testing::for_each_table([&](const kernels::Table<float>& table, const std::string& isa) {
        testing::expect_same_bits(run(table, bytes), wanted, label(isa, width, rows, scaled, bytes));
      });
    }
  }
}

TEST(SimdGather, EveryWidth) {
  for (std::int64_t width = 1; width <= 70; ++width) check(width, 5, Fill::kOrdinary);
  check(784, 32, Fill::kOrdinary);
}

TEST(SimdGather, SpecialNumbers) {
  for (const std::int64_t width : {1, 16, 33, 100}) check(width, 3, Fill::kSpecial);
}

TEST(SimdGather, EveryByte) {
  std::vector<std::uint8_t> all(256);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::uint8_t>(i);
  const std::uint32_t index = 0;
  testing::for_each_table([&](const kernels::Table<float>& table, const std::string& isa) {
    Guarded<float> x(256);
    table.gather_u8(all.data(), 256, &index, 1, nullptr, nullptr, x.data(), 256);
    for (std::int64_t i = 0; i < 256; ++i) EXPECT_EQ(x[i], static_cast<float>(i)) << isa;
  });
}

TEST(SimdGather, NoRows) {
  check(20, 0, Fill::kOrdinary);
}

}  // namespace
}  // namespace regulus
