// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/garments/picture.h"

#include <gtest/gtest.h>

#include <array>
#include <set>

namespace regulus::datasets {
namespace {

using Bytes = std::array<std::uint8_t, kPixels>;

Bytes picture(std::uint64_t seed, std::uint32_t split, std::uint32_t row, int label) {
  Bytes bytes;
  draw_garment(random::Key(seed), split, row, label, bytes);
  return bytes;
}

TEST(GarmentLabel, EveryTenRowsHoldEveryClassOnce) {
  std::set<std::vector<int>> orders;
  for (std::uint32_t block = 0; block < 50; ++block) {
    std::vector<int> order;
    for (std::uint32_t i = 0; i < 10; ++i) order.push_back(garment_label(random::Key(3), 0, 10 * block + i));
    EXPECT_EQ(std::set<int>(order.begin(), order.end()).size(), 10u);
    orders.insert(order);
  }
  EXPECT_EQ(orders.size(), 50u);
}

TEST(DrawGarment, IsAPureFunctionOfItsArguments) {
  for (int label = 0; label < 10; ++label) {
    const Bytes bytes = picture(0, 0, 5, label);
    EXPECT_EQ(bytes, picture(0, 0, 5, label));
    EXPECT_NE(bytes, picture(1, 0, 5, label));
    EXPECT_NE(bytes, picture(0, 1, 5, label));
    EXPECT_NE(bytes, picture(0, 0, 6, label));
    EXPECT_NE(bytes, picture(0, 0, 5, (label + 1) % 10));
  }
}

TEST(DrawGarment, ShowsSomethingForEveryClass) {
  for (int label = 0; label < 10; ++label)
    for (std::uint32_t row = 0; row < 100; ++row) {
      const Bytes bytes = picture(0, 0, row, label);
      int light = 0;
      for (const int b : bytes) light += b > 40;
      EXPECT_GE(light, 15) << label << " " << row;
      EXPECT_LE(light, 700) << label << " " << row;
    }
}

}  // namespace
}  // namespace regulus::datasets
