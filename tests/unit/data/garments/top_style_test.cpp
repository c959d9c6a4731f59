// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/garments/top_style.h"

#include <gtest/gtest.h>

#include "support/drawing.h"

namespace regulus::datasets {
namespace {

constexpr std::uint32_t kStyles = 2000;

template <class Test>
double share(Top top, Test&& test) {
  int hits = 0;
  for (std::uint32_t i = 0; i < kStyles; ++i) {
    Draw draw = testing::draw_of(i);
    hits += test(draw_style(draw, top));
  }
  return static_cast<double>(hits) / kStyles;
}

bool long_sleeves(const TopStyle& s) {
  return s.sleeve > 0.7f;
}
bool plain(const TopStyle& s) {
  return s.front == Front::kPlain || s.front == Front::kPrint;
}

TEST(TopStyle, EachClassHasItsHabits) {
  EXPECT_LT(share(Top::kTShirt, long_sleeves), 0.1);
  EXPECT_GT(share(Top::kPullover, long_sleeves), 0.9);
  EXPECT_GT(share(Top::kCoat, long_sleeves), 0.9);
  EXPECT_LT(share(Top::kDress, long_sleeves), 0.4);
  EXPECT_GT(share(Top::kTShirt, plain), 0.9);
  EXPECT_GT(share(Top::kPullover, plain), 0.9);
  EXPECT_LT(share(Top::kCoat, plain), 0.1);
  EXPECT_GT(share(Top::kShirt, [](const TopStyle& s) { return s.front == Front::kButtons; }), 0.8);
  EXPECT_GT(share(Top::kShirt, [](const TopStyle& s) { return s.neck == Neck::kCollar; }), 0.7);
}

TEST(TopStyle, SomeAreBorrowedFromANeighbour) {
  EXPECT_GT(share(Top::kTShirt, long_sleeves), 0.002);
  EXPECT_GT(share(Top::kPullover, [](const TopStyle& s) { return !plain(s); }), 0.005);
  EXPECT_GT(share(Top::kCoat, plain), 0.005);
}

TEST(TopStyle, MeasuresAreThoseOfAGarment) {
  for (const Top top : {Top::kTShirt, Top::kPullover, Top::kDress, Top::kCoat, Top::kShirt})
    EXPECT_EQ(share(top,
                    [](const TopStyle& s) {
                      return s.top_y < s.hem_y && s.neck_half < s.shoulder + 0.15f && s.chest > 0.1f &&
                             s.waist > 0.05f && s.hem > 0.05f && s.hem_y < 1.1f && s.sleeve >= 0 &&
                             s.sleeve <= 1;
                    }),
              1);
}

}  // namespace
}  // namespace regulus::datasets
