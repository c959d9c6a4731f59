// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/csv.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "support/base64.h"
#include "support/golden.h"

namespace regulus::io {
namespace {

using testing::expect_error;
using testing::from_base64;
using testing::golden;
using Rows = std::vector<std::vector<std::string>>;

std::vector<std::uint8_t> csv_bytes(std::string_view text) {
  return {text.begin(), text.end()};
}

Rows rows_of(CsvReader reader) {
  Rows rows;
  for (std::vector<std::string_view> cells; reader.next(cells);)
    rows.emplace_back(cells.begin(), cells.end());
  return rows;
}

Rows read(const std::string& text, const Limits& limits = {}) {
  const auto bytes = csv_bytes(text);
  return rows_of(CsvReader(bytes, "x.csv", limits));
}

void expect_csv_refused(const std::string& text, const std::string& problem) {
  expect_error<DataError>([&] { read(text); }, "x.csv: line " + problem);
}

CsvReader::Source from(const std::vector<std::uint8_t>& bytes, std::size_t& at) {
  return [&](std::span<std::uint8_t> out) {
    const std::size_t count = std::min(out.size(), bytes.size() - at);
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), count, out.begin());
    at += count;
    return count;
  };
}

TEST(Csv, ReadsTheCellsThatPythonReads) {
  for (const auto& c : golden("csv.json").at("cases")) {
    const auto name = c.at("name").get<std::string>();
    const auto file = from_base64(c.at("file").get<std::string>());
    EXPECT_EQ(rows_of(CsvReader(file, name)), c.at("rows").get<Rows>()) << name;
  }
}

// Rows of every length around the pieces of 64 KiB in which a file is read.
TEST(Csv, RowsMayEndAnywhereInAPiece) {
  std::string text;
  Rows wanted;
  for (std::size_t row = 0; row < 400; ++row) {
    wanted.push_back({std::string(row * 13 % 3000, 'a'), "b\n\"" + std::to_string(row)});
    text += wanted.back()[0] + ",\"b\n\"\"" + std::to_string(row) + "\"" + (row % 2 == 0 ? "\n" : "\r\n");
  }
  wanted.push_back({std::string(200'000, 'x'), "y"});
  text += wanted.back()[0] + ",y";
  const auto bytes = csv_bytes(text);
  std::size_t at = 0;
  EXPECT_EQ(rows_of(CsvReader(from(bytes, at), "x.csv")), wanted);
}

TEST(Csv, CountsLinesInQuotedCellsToo) {
  const auto bytes = csv_bytes("a,b\n\"1\n2\",3\n4,5\n");
  CsvReader reader(bytes, "x.csv");
  std::vector<std::string_view> cells;
  for (const std::uint64_t line : {1u, 2u, 4u}) {
    ASSERT_TRUE(reader.next(cells));
    EXPECT_EQ(reader.line(), line);
  }
  EXPECT_FALSE(reader.next(cells));
  EXPECT_FALSE(reader.next(cells));
}

TEST(Csv, RefusesWhatIsNoCsv) {
  expect_csv_refused("1,2\n3\n",
                     "2: the row has another number of cells than the first (expected 2, found 1).");
  expect_csv_refused("1,2\n3,4,5\n",
                     "2: the row has another number of cells than the first (expected 2, found 3).");
  expect_csv_refused(
      "1\n\n \n3\n",
      "2: the line is empty, and rows follow (expected a value). Write NA for a value that is missing.");
  expect_csv_refused(std::string("1,2\n3,\0\n", 8), "2: a NUL byte (expected text).");
  expect_csv_refused("1\n\xff\n", "2: the text is not UTF-8. Save the file as UTF-8.");
  expect_csv_refused(
      "1\r2\n",
      "1: a carriage return without a line feed (expected lines that end with LF or CRLF). Save "
      "the file with "
      "line feeds: tr '\\r' '\\n'.");
  expect_csv_refused(
      "1\r\r\n",
      "1: a carriage return without a line feed (expected lines that end with LF or CRLF). Save "
      "the file with "
      "line feeds: tr '\\r' '\\n'.");
  expect_csv_refused(
      "1\n2\r",
      "2: a carriage return without a line feed (expected lines that end with LF or CRLF). Save "
      "the file with "
      "line feeds: tr '\\r' '\\n'.");
  expect_csv_refused(
      "\"1\r2\"\n",
      "1: a carriage return without a line feed (expected lines that end with LF or CRLF). Save "
      "the file with "
      "line feeds: tr '\\r' '\\n'.");
  expect_csv_refused("1,a\"b\"\n",
                     "1: cell 2: a quote in a cell that does not begin with one (found \"a\"b\"\").");
  expect_csv_refused("1,\"a\"b\n", "1: cell 2: text behind the closing quote (expected \",\", found \"b\").");
  expect_csv_refused("1,2\n3,\"4\n5,6\n", "2: a quote is never closed.");
  expect_csv_refused("\"", "1: a quote is never closed.");
}

Rows read_as(const std::string& text, const CsvFormat& format) {
  const auto bytes = csv_bytes(text);
  return rows_of(CsvReader(bytes, "x.csv", {}, format));
}

TEST(Csv, EmptyLinesAndCommentsAreNoRows) {
  const Rows wanted = {{"1", "2"}, {"3", "4"}};
  EXPECT_EQ(read("1,2\n3,4\n\n"), wanted);
  EXPECT_EQ(read("\n1,2\r\n \t\r\n3,4\n\n\n"), wanted);
  EXPECT_EQ(read("# it's 5\" wide, \xff\n1,2\n  #3,\n3,4\n#"), wanted);
  EXPECT_EQ(read("1\n3\n\n \n#\n"), (Rows{{"1"}, {"3"}}));
  EXPECT_EQ(read("\n\n"), Rows{});
  // In quotes it is content.
  EXPECT_EQ(read("\"#a\",\"\"\n"), (Rows{{"#a", ""}}));
}

TEST(Csv, CellsAreCutAtTheSeparator) {
  const Rows wanted = {{"a", "b c", ""}, {"1", "2", "3"}};
  EXPECT_EQ(read_as("a;b c;\n1;2;3\n", {.separator = ';'}), wanted);
  EXPECT_EQ(read_as("a\tb c\t\n1\t2\t3", {.separator = '\t'}), wanted);
  EXPECT_EQ(read_as("a|\"b c\"|\"\"\n1|2|3", {.separator = '|'}), wanted);
  EXPECT_EQ(read_as("  a \"b c\"\t \"\" \n1  2\t3\t\n", {.separator = ' '}), wanted);
  // Blanks around quotes are no content; others are the caller's to cut.
  EXPECT_EQ(read("1 , \"a b\" ,\" c\"\n"), (Rows{{"1 ", "a b", " c"}}));
  expect_error<DataError>(
      [] { read_as("\"1\"x 2\n", {.separator = ' '}); },
      "x.csv: line 1: cell 1: text behind the closing quote (expected \" \", found \"x 2\").");
}

TEST(Csv, NamesMayStandInACommentOrLackTheFirst) {
  EXPECT_EQ(read_as("# made by hand\n# a,b\n1,2\n", {.names_line = 2}), (Rows{{" a", "b"}, {"1", "2"}}));
  EXPECT_EQ(read_as("a,b\nr1,1,2\n", {.row_names = true}), (Rows{{"", "a", "b"}, {"r1", "1", "2"}}));
}

TEST(Csv, ARowHasItsLimit) {
  const Limits limits = {.line_bytes = 10};
  EXPECT_EQ(read("12345,7890\n12345,7890", limits).size(), 2u);
  expect_error<DataError>([&] { read("1,2\n12345,78901\n", limits); },
                          "x.csv: line 2: the row is too long (expected at most 10 bytes, found more).");
  expect_error<DataError>(
      [&] { read("\"" + std::string(20, '\n'), limits); },
      "x.csv: line 1: the row is too long: is a quote never closed? (expected at most 10 bytes, "
      "found more).");
}

// A quote at the first byte makes all of a file one row; it must not be kept, nor looked at twice.
TEST(Csv, AnOpenQuoteEndsAtTheLimit) {
  std::uint64_t given = 0;
  const CsvReader::Source endless = [&](std::span<std::uint8_t> out) {
    std::fill(out.begin(), out.end(), '\n');
    if (given == 0) out[0] = '"';
    given += out.size();
    return out.size();
  };
  CsvReader reader(endless, "x.csv", {.line_bytes = 1 << 20});
  std::vector<std::string_view> cells;
  EXPECT_THROW(reader.next(cells), DataError);
  EXPECT_LE(given, std::uint64_t{2} << 20);
}

float number_in(const std::string& cell) {
  const auto bytes = csv_bytes(cell);
  CsvReader reader(bytes, "x.csv");
  std::vector<std::string_view> cells;
  return reader.next(cells) ? reader.number(cells, 0) : NAN;
}

TEST(CsvNumber, IsTheNearestFloat32) {
  for (const auto& c : golden("csv.json").at("numbers")) {
    const auto text = c.at("name").get<std::string>();
    const auto wanted = static_cast<float>(testing::number(c.at("value")));
    EXPECT_EQ(std::bit_cast<std::uint32_t>(number_in(text)), std::bit_cast<std::uint32_t>(wanted)) << text;
  }
}

TEST(CsvNumber, TheWholeCellMustBeAFiniteNumber) {
  const auto expect_no_number = [](const std::string& text, const std::string& problem,
                                   const CsvFormat& format = {}) {
    const auto bytes = csv_bytes(text);
    CsvReader reader(bytes, "x.csv", {}, format);
    std::vector<std::string_view> cells;
    ASSERT_TRUE(reader.next(cells));
    expect_error<DataError>([&] { reader.number(cells, 0); }, "x.csv: line 1: column 0 " + problem);
  };
  const std::string leave_out =
      " If the first row names the columns, give --header yes; else leave the column out (--drop).";
  for (const char* cell :
       {"abc", "1x", "1 2", "++1", "+-1", "+", "1;5", "0x10", "1e", "--1", "1_000", ".", "yes"})
    expect_no_number(cell, "is no finite number (expected a decimal number, found \"" + std::string(cell) +
                               "\")." + leave_out);
  for (const char* cell : {"inf", "-Infinity"})
    expect_no_number(cell,
                     "is no finite number (expected a decimal number, found \"" + std::string(cell) + "\").");
  expect_no_number("\"1,5\"",
                   "is no finite number (expected a decimal number, found \"1,5\"). Give --decimal , if the "
                   "comma stands before the fraction.");
  expect_no_number("1.5", "is no finite number (expected a decimal number, found \"1.5\")." + leave_out,
                   {.separator = ';', .decimal = ','});
  for (const char* cell : {"3.5e38", "-1e400"})
    expect_no_number(cell, "is beyond the range of float32 (expected a decimal number, found \"" +
                               std::string(cell) + "\").");
  const std::string mend = " Give --missing drop to leave such rows out, or --missing NUMBER to fill in.";
  expect_no_number("\"\"", "is empty (expected a decimal number, found \"\")." + mend);
  for (const char* cell : {"?", "NA", "nan", "-"})
    expect_no_number(cell,
                     "is missing (expected a decimal number, found \"" + std::string(cell) + "\")." + mend);
  expect_no_number(std::string(50, 'z'), "is no finite number (expected a decimal number, found \"" +
                                             std::string(40, 'z') + "\"...)." + leave_out);
}

TEST(CsvNumber, ErrorsCallTheColumnByItsName) {
  const auto bytes = csv_bytes("1,x\n");
  CsvReader reader(bytes, "x.csv");
  reader.set_names({"", "wid\th"});
  std::vector<std::string_view> cells;
  ASSERT_TRUE(reader.next(cells));
  EXPECT_EQ(reader.column_text(0), "column 0");
  EXPECT_EQ(reader.number(cells, 0), 1);
  expect_error<DataError>(
      [&] { reader.number(cells, 1); },
      "x.csv: line 1: column \"wid\\x09h\" is no finite number (expected a decimal number, found "
      "\"x\"). Leave the column out (--drop), or name it as the labels (--labels).");
}

TEST(CsvNumber, AbsentWhereAValueIsMissing) {
  const auto bytes = csv_bytes("?, NA ,1,2\n");
  CsvReader reader(bytes, "x.csv");
  std::vector<std::string_view> cells;
  ASSERT_TRUE(reader.next(cells));
  EXPECT_EQ(reader.number_or_missing(cells, 0), std::nullopt);
  EXPECT_EQ(reader.number_or_missing(cells, 1), std::nullopt);
  EXPECT_EQ(reader.number_or_missing(cells, 3), 2.0f);
}

TEST(CsvRow, WhatWouldBeTakenForSomethingElseIsQuoted) {
  EXPECT_EQ(csv_row(std::vector<std::string>{"#1", "#2"}), "\"#1\",#2\n");
  EXPECT_EQ(csv_row(std::vector<std::string>{""}), "\"\"\n");
  EXPECT_EQ(csv_row(std::vector<std::string>{"", ""}), ",\n");
  for (const Rows& rows : {Rows{{"#1"}}, Rows{{" #", "a"}}, Rows{{""}}, Rows{{" "}}, Rows{{"", ""}}})
    EXPECT_EQ(read(csv_row(rows[0])), rows);
}

// U+FEFF begins the first cell: what a byte order mark is to others.
TEST(CsvRow, ComesBackWithAMarkAsContent) {
  const std::string mark = "\xef\xbb\xbf";
  const std::vector<std::string> row = {mark + "a", "b"};
  EXPECT_EQ(csv_row(row), "\"" + mark + "a\",b\n");
  EXPECT_EQ(read(csv_row(row)), Rows({row}));
}

TEST(CsvRow, ComesBack) {
  const std::vector<float> values = {
      0.1f, -0.0f, 1e10f, 16777216, 1.0f / 3, std::numeric_limits<float>::max(), 1e-45f};
  const auto bytes = csv_bytes(csv_row(values));
  CsvReader reader(bytes, "x.csv");
  std::vector<std::string_view> cells;
  ASSERT_TRUE(reader.next(cells));
  ASSERT_EQ(cells.size(), values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    EXPECT_EQ(std::bit_cast<std::uint32_t>(reader.number(cells, i)), std::bit_cast<std::uint32_t>(values[i]))
        << i;
  EXPECT_EQ(csv_row(std::vector<float>{0.5f, -2, 0.1f}), "0.5,-2,0.1\n");

  for (const auto& c : golden("csv.json").at("cases")) {
    const auto rows = c.at("rows").get<Rows>();
    std::string text;
    for (const auto& row : rows) text += csv_row(row);
    EXPECT_EQ(read(text), rows) << c.at("name");
  }
}

}  // namespace
}  // namespace regulus::io
