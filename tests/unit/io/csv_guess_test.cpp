// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/csv_guess.h"

#include <gtest/gtest.h>

namespace regulus::io {
namespace {

CsvGuess guessed(const std::string& text, bool whole = true) {
  return guess_csv(text, whole, std::nullopt, '.', std::nullopt);
}

struct Case {
  const char* text;
  char separator;
  bool has_names;
};

TEST(CsvGuess, FindsTheSeparator) {
  for (const Case& c :
       {Case{"1,2\n3,4\n", ',', false}, Case{"1;2\n3;4\n", ';', false}, Case{"1\t2\n3\t4\n", '\t', false},
        Case{"1|2\n3|4\n", '|', false}, Case{"1 2\n3 4\n", ' ', false},
        Case{"  1.0   2.5\t3\n 4 5 6\n", ' ', false},
        // Blanks and tabs beside a comma are beside it.
        Case{"1, 2, 3\n4, 5, 6\n", ',', false}, Case{"1,\t2\n3,\t4\n", ',', false},
        // A comma before the fraction does not separate.
        Case{"1,5;2,5;3\n2,5;3,5;4\n", ';', false}, Case{"1,5\t2,5\n3,5\t4,5\n", '\t', false},
        Case{"1,5 2,5\n3,5 4,5\n", ' ', false},
        // Semicolons in words do not either.
        Case{"a;b,1,2\nc;d,3,4\n", ',', false}, Case{"sepal length,sepal width\n1,2\n", ',', true},
        Case{"\"a;b\";\"c\"\n1;2\n", ';', true}, Case{"1\n2\n", ',', false}, Case{"7", ',', false}}) {
    const CsvGuess guess = guessed(c.text);
    EXPECT_EQ(guess.format.separator, c.separator) << c.text;
    EXPECT_EQ(guess.has_names, c.has_names) << c.text;
  }
  EXPECT_EQ(guess_csv("1,5;2,5\n", true, std::nullopt, ',', std::nullopt).format.separator, ';');
  EXPECT_EQ(guess_csv("1;2\n", true, ',', '.', std::nullopt).format.separator, ',');
}

TEST(CsvGuess, TheFirstRowNamesColumnsIfItsCellsAreWordsAboveNumbers) {
  for (const Case& c :
       {Case{"a,b\n1,2\n", ',', true}, Case{"a,b,species\n1,2,setosa\n", ',', true},
        Case{"5.1,3.5,setosa\n4.9,3,setosa\n", ',', false}, Case{",a,b\n0,1,2\n1,3,4\n", ',', true},
        // A value that is missing is no name.
        Case{"?,2\n1,2\n", ',', false}, Case{"NA,2\n1,2\n", ',', false}, Case{",2\n1,2\n", ',', false},
        Case{"nan,nan\n1,2\n", ',', false}, Case{"-,2\n1,2\n", ',', false}, Case{"+1,-2\n1,2\n", ',', false},
        Case{"inf,2\n1,2\n", ',', false}, Case{"True,2\nFalse,3\n", ',', false},
        // Values missing below are no words.
        Case{"a,b\n?,2\n3,NA\n", ',', true},
        // Names that are numbers, beside words.
        Case{"label,0,1,2\n7,0.5,0.25,1\n", ',', true}, Case{"country,1990,2000\n1,2,3\n", ',', true},
        // One wrong cell does not make names of a row.
        Case{"x,2.5,3\n1,2,3\n", ',', false}, Case{"x,3,2\n1,2,3\n", ',', false},
        // A row alone.
        Case{"1, 2, 3\n", ',', false}, Case{"5.1,3.5,setosa\n", ',', false}, Case{"a,b\n", ',', true},
        Case{"setosa\nvirginica\n", ',', false}})
    EXPECT_EQ(guessed(c.text).has_names, c.has_names) << c.text;
  EXPECT_TRUE(guess_csv("0,1\n2,3\n", true, std::nullopt, '.', true).has_names);
  EXPECT_FALSE(guess_csv("a,b\n2,3\n", true, std::nullopt, '.', false).has_names);
}

// pandas names columns so when nobody else does.
TEST(CsvGuess, ARowThatCountsMayBeNames) {
  EXPECT_TRUE(guessed("0,1,2\n0.5,1,7\n").may_count);
  EXPECT_TRUE(guessed("0,1,2,3\n0,0,255,7\n").may_count);
  for (const char* text : {"0,1,2\n3,4,5\n", "0,1,3\n0.5,1,7\n", "1,2,3\n0.5,1,7\n", "0,1\n0.5,1\n",
                           "a,b,c\n0.5,1,7\n", "0,1,2\n", "0.0,1.0,2.0\n5,1,7\n"})
    EXPECT_FALSE(guessed(text).may_count) << text;
  // Above its index there is no doubt.
  EXPECT_TRUE(guessed(",0,1,2\n0,0.5,1,7\n").has_names);
  EXPECT_FALSE(guessed(",0,1,2\n0,0.5,1,7\n").may_count);
  EXPECT_FALSE(guessed(",0.5,1,2\n0,0.5,1,7\n").has_names);
}

TEST(CsvGuess, NamesMayStandInAComment) {
  const CsvGuess guess = guessed("# made by hand\n# a,b\n1,2\n3,4\n");
  EXPECT_TRUE(guess.has_names);
  EXPECT_EQ(guess.format.names_line, 2u);
  EXPECT_EQ(guess.rows[0], (std::vector<std::string>{" a", "b"}));
  EXPECT_EQ(guessed("#,name\n1,2\n").rows[0], (std::vector<std::string>{"", "name"}));
  for (const char* text :
       {"# made, by, hand\n1,2\n", "# 1,2\n3,4\n", "# a,b\nc,d\n1,2\n", "1,2\n# a,b\n3,4\n"})
    EXPECT_EQ(guessed(text).format.names_line, 0u) << text;
}

TEST(CsvGuess, NamesOfRowsMayLackOne) {
  const CsvGuess guess = guessed("\"a\",\"b\"\n\"r1\",1,2\n\"r2\",3,4\n");
  EXPECT_TRUE(guess.format.row_names);
  EXPECT_TRUE(guess.has_names);
  EXPECT_FALSE(guessed("1,2\n1,2,3\n1,2\n").format.row_names);
}

// Where the bytes break off within a row, that row does not count.
TEST(CsvGuess, LooksAtWholeRows) {
  EXPECT_EQ(guessed("1;2\n3;4\n5,5,5", false).format.separator, ';');
  EXPECT_EQ(guessed("1;2\n3;4\n5,5,5", false).rows.size(), 2u);
  EXPECT_TRUE(enough_for_guess("1\n2\n3\n4\n5\n6"));
  EXPECT_FALSE(enough_for_guess("1\n2\n"));
  EXPECT_TRUE(guessed("").rows.empty());
  EXPECT_TRUE(guessed("\n\n# a\n").rows.empty());
}

}  // namespace
}  // namespace regulus::io
