// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/pass/pieces.h"

#include <gtest/gtest.h>

#include <vector>

namespace regulus::plan {
namespace {

// How often each quarter of each panel is visited by any worker.
std::vector<int> visits(std::int64_t panels, int workers) {
  std::vector<int> count(static_cast<std::size_t>(panels * kPieces));
  for (int worker = 0; worker < workers; ++worker)
    for_each_piece(runtime::split(panels * kPieces, worker, workers),
                   [&](runtime::Range some, runtime::Range quarters) {
                     EXPECT_GT(some.size(), 0);
                     EXPECT_GT(quarters.size(), 0);
                     EXPECT_TRUE(some.size() == 1 || quarters.size() == kPieces);
                     for (std::int64_t p = some.begin; p < some.end; ++p)
                       for (std::int64_t q = quarters.begin; q < quarters.end; ++q)
                         ++count[static_cast<std::size_t>(p * kPieces + q)];
                   });
  return count;
}

TEST(Pieces, EveryQuarterIsVisitedOnce) {
  for (const std::int64_t panels : {1, 2, 3, 7, 19})
    for (const int workers : {1, 2, 3, 4, 7, 100})
      EXPECT_EQ(visits(panels, workers), std::vector<int>(static_cast<std::size_t>(panels * kPieces), 1))
          << panels << " panels, " << workers << " workers";
}

TEST(Pieces, WholePanelsComeTogether) {
  int calls = 0;
  for_each_piece({0, 19 * kPieces}, [&](runtime::Range panels, runtime::Range quarters) {
    ++calls;
    EXPECT_EQ(panels.size(), 19);
    EXPECT_EQ(quarters.size(), kPieces);
  });
  EXPECT_EQ(calls, 1);
  for_each_piece({3, 3}, [&](runtime::Range, runtime::Range) { ++calls; });
  EXPECT_EQ(calls, 1);
}

TEST(Pieces, SharesJoinWithoutGapOrOverlap) {
  for (const std::int64_t count : {0, 1, 3, 15, 16, 17, 32, 300, 784, 1023})
    for (const std::int64_t unit : {1, 16}) {
      std::int64_t at = 0;
      for (std::int64_t q = 0; q < kPieces; ++q) {
        const runtime::Range range = share(count, {q, q + 1}, unit);
        EXPECT_EQ(range.begin, at);
        EXPECT_GE(range.size(), 0);
        if (q + 1 < kPieces) {
          EXPECT_EQ(range.end % unit, 0);
        }
        at = range.end;
      }
      EXPECT_EQ(at, count);
    }
}

}  // namespace
}  // namespace regulus::plan
