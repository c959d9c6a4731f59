// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/strided_view.h"

#include <gtest/gtest.h>

#include <utility>

namespace regulus::plan {
namespace {

using Numbers = std::vector<std::int64_t>;

constexpr std::int64_t kNone = -1;

// Features [begin, end) of the view, from its runs.
Numbers numbers(const StridedView& view, std::int64_t begin, std::int64_t end) {
  Numbers all;
  view.for_each_run(begin, end,
                    [&](std::int64_t feature, std::int64_t count, std::int64_t number, std::int64_t stride) {
                      EXPECT_EQ(feature, begin + static_cast<std::int64_t>(all.size()));
                      EXPECT_GT(count, 0);
                      for (std::int64_t i = 0; i < count; ++i)
                        all.push_back(number < 0 ? kNone : number + i * stride);
                    });
  return all;
}

// The definition, element by element.
Numbers wanted(const std::vector<ViewAxis>& axes, std::int64_t base) {
  Numbers all = {base};
  std::vector<bool> any = {true};
  for (const ViewAxis& axis : axes) {
    Numbers longer;
    std::vector<bool> longer_any;
    for (std::size_t i = 0; i < all.size(); ++i)
      for (std::int64_t index = 0; index < axis.length; ++index) {
        longer.push_back(all[i] + index * axis.stride);
        longer_any.push_back(any[i] && index >= axis.begin && index < axis.end);
      }
    all = std::move(longer);
    any = std::move(longer_any);
  }
  for (std::size_t i = 0; i < all.size(); ++i)
    if (!any[i]) all[i] = kNone;
  return all;
}

const std::vector<std::pair<std::vector<ViewAxis>, std::int64_t>> kViews = {
    {{{1, 1}}, 0},
    {{{7, 1}}, 0},
    {{{4, 0}, {5, 1}}, 0},                          // copies of a vector
    {{{5, 1}, {4, 0}}, 0},                          // each number four times
    {{{3, 8}, {2, 0}, {4, 2}, {3, 0}, {2, 1}}, 0},  // an image twice and three times as large
    {{{5, 6, 1, 4}, {4, 3, 0, 2}, {3, 1}}, -6},     // a border of zeros
    {{{2, 12}, {3, 4}, {4, 1}}, 14},                // all in order, from a place on
    {{{3, 1}, {4, 3}, {1, 99}, {2, 12}}, 0},        // axes in another order
    {{{2, 1, 1, 1}, {3, 1}}, 0},                    // nothing at all
    {{{3, 0, 1, 2}, {2, 0}, {2, 5, 0, 1}}, 4},
};

TEST(StridedView, GivesTheNumbersOfItsDefinition) {
  for (const auto& [axes, base] : kViews) {
    const StridedView view(axes, base);
    const Numbers all = wanted(axes, base);
    ASSERT_EQ(view.size(), static_cast<std::int64_t>(all.size()));
    EXPECT_EQ(numbers(view, 0, view.size()), all);
  }
}

TEST(StridedView, GivesAnyPartOfThem) {
  for (const auto& [axes, base] : kViews) {
    const StridedView view(axes, base);
    const Numbers all = wanted(axes, base);
    for (std::int64_t begin = 0; begin <= view.size(); ++begin)
      for (std::int64_t end = begin; end <= view.size(); ++end)
        ASSERT_EQ(numbers(view, begin, end), Numbers(all.begin() + begin, all.begin() + end))
            << begin << " to " << end;
  }
}

TEST(StridedView, KnowsItsLargestNumber) {
  EXPECT_EQ(StridedView({{4, 0}, {5, 1}}).reach(), 5);
  EXPECT_EQ(StridedView({{2, 12}, {3, 4}, {4, 1}}, 14).reach(), 38);
  EXPECT_EQ(StridedView({{5, 6, 1, 4}, {4, 3, 0, 2}, {3, 1}}, -6).reach(), 18);
}

TEST(StridedView, KnowsWhenNothingIsMoved) {
  EXPECT_TRUE(StridedView({{2, 12}, {3, 4}, {4, 1}}).in_order());
  EXPECT_TRUE(StridedView({{1, 7}, {1, 1}}).in_order());
  EXPECT_TRUE(StridedView({{1, 5}, {4, 1}}).in_order());
  EXPECT_FALSE(StridedView({{2, 1}, {3, 2}}).in_order());
  EXPECT_FALSE(StridedView({{3, 1}}, 1).in_order());
  EXPECT_FALSE(StridedView({{3, 1, 0, 2}}).in_order());
  EXPECT_FALSE(StridedView({{3, 0}}).in_order());
}

TEST(StridedView, OfNothingIsEmpty) {
  EXPECT_TRUE(StridedView().empty());
  EXPECT_EQ(StridedView().size(), 0);
  EXPECT_FALSE(StridedView({{1, 1}}).empty());
}

// From a configuration of bytes: no table is made.
TEST(StridedView, TakesNoMemoryForItsFeatures) {
  const StridedView view({{2147483647, 0}, {2147483647, 0}});
  EXPECT_EQ(view.size(), std::int64_t{2147483647} * 2147483647);
  EXPECT_EQ(numbers(view, view.size() - 2, view.size()), (Numbers{0, 0}));
}

}  // namespace
}  // namespace regulus::plan
