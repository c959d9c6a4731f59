// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/csv_cell.h"

#include <gtest/gtest.h>

#include <cmath>

namespace regulus::io {
namespace {

TEST(CsvCell, BlanksAroundANumberAndItsSignAreLeftOut) {
  for (const char* cell : {"1.5", " 1.5", "1.5\t", "+1.5", "  +1.5  ", "15e-1", "1.50"})
    EXPECT_EQ(cell_number(cell), 1.5f) << cell;
  EXPECT_EQ(cell_number("-.5"), -0.5f);
  EXPECT_EQ(cell_number("+.5"), 0.5f);
  for (const char* cell : {"+", "+-1", "++1", "1 5", "1,5", "", " ", "x"})
    EXPECT_EQ(cell_number(cell), std::nullopt) << cell;
}

TEST(CsvCell, AFractionMayFollowAComma) {
  EXPECT_EQ(cell_number("1,5", ','), 1.5f);
  EXPECT_EQ(cell_number(" -0,25e1 ", ','), -2.5f);
  EXPECT_EQ(cell_number("7", ','), 7.0f);
  for (const char* cell : {"1.5", "1,5,0", "1.000,5", "1,"})
    EXPECT_EQ(cell_number(cell, ','), std::nullopt) << cell;
}

TEST(CsvCell, TruthIsOneOrZero) {
  for (const char* cell : {"true", "True", " TRUE"}) EXPECT_EQ(cell_number(cell), 1.0f) << cell;
  for (const char* cell : {"false", "False ", "FALSE"}) EXPECT_EQ(cell_number(cell), 0.0f) << cell;
  EXPECT_EQ(cell_number("tRUE"), std::nullopt);
}

TEST(CsvCell, KnowsTheWordsForAMissingValue) {
  for (const char* cell :
       {"", "  ", "?", " ? ", "-", "NA", "N/A", "#N/A", "<NA>", "nan", "NaN", "null", "NULL", "None"})
    EXPECT_EQ(cell_kind(cell), CellKind::kMissing) << cell;
  for (const char* cell : {"0", "-1", "inf", "True"}) EXPECT_EQ(cell_kind(cell), CellKind::kNumber) << cell;
  for (const char* cell : {"nothing", "--", "NAN1", "1,5", "x"})
    EXPECT_EQ(cell_kind(cell), CellKind::kText) << cell;
  EXPECT_EQ(cell_kind("1,5", ','), CellKind::kNumber);
}

}  // namespace
}  // namespace regulus::io
