// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/label_coding.h"

#include <array>

#include "support/expect.h"

namespace regulus {
namespace {

using testing::expect_error;

LabelCoding coding(const RowReaderOptions& options) {
  return LabelCoding(options, [] { return LabelCoding::Place{"f", "row 7"}; });
}

TEST(LabelCoding, ANumberIsAClass) {
  EXPECT_EQ(coding({}).of_number(0), 0);
  EXPECT_EQ(coding({}).of_number(2147483647), 2147483647);
  EXPECT_EQ(coding({.first_label = 1}).of_number(26), 25);
  EXPECT_EQ(coding({.num_classes = 3}).of_number(2), 2);
  for (const double value : {-1.0, 0.5, 2147483648.0})
    EXPECT_THROW(coding({}).of_number(value), DataError) << value;
  expect_error<DataError>([] { coding({.first_label = 1}).of_number(0); },
                          "f: row 7 is no class label (expected a whole number from 1 on, found 0).");
  expect_error<DataError>([] { coding({.num_classes = 3}).of_number(9); },
                          "f: row 7 is a label out of range (expected 0 to 2, found 9).");
  expect_error<DataError>(
      [] { coding({.num_classes = 3}).of_number(3); },
      "f: row 7 is a label out of range (expected 0 to 2, found 3). Do the labels count from 1? Then "
      "give --first-label 1.");
}

TEST(LabelCoding, AWordIsAClassNameTruthOrANumber) {
  const LabelCoding named = coding({.class_names = {"cat", "dog"}});
  EXPECT_EQ(named.of_word(" dog ", '.'), 1);
  EXPECT_EQ(named.of_word("0", '.'), 0);
  EXPECT_EQ(coding({}).of_word("True", '.'), 1);
  EXPECT_EQ(coding({}).of_word("FALSE", '.'), 0);
  EXPECT_EQ(coding({}).of_word("+3", '.'), 3);
  EXPECT_EQ(coding({}).of_word("3.0", '.'), 3);
  EXPECT_EQ(coding({}).of_word("3,0", ','), 3);
  EXPECT_EQ(coding({}).of_word("16777217", '.'), 16777217);
  for (const char* cell : {"", "?", "3.5", "-1", "nan", "3,0", "1e10", "yes"})
    EXPECT_THROW(coding({}).of_word(cell, '.'), DataError) << cell;
  // Two classes of one name are told apart by their numbers only.
  const LabelCoding twice = coding({.class_names = {"a", "a"}});
  EXPECT_EQ(twice.of_word("1", '.'), 1);
  expect_error<DataError>(
      [&] { twice.of_word("a", '.'); },
      "f: row 7 is the name of two classes (found \"a\"). Say all names: --class-names A,B,….");
}

TEST(LabelCoding, OneHotIsWhereTheOneIs) {
  EXPECT_EQ(coding({}).of_one_hot(std::array{0.0f, 0.0f, 1.0f}), 2);
  EXPECT_EQ(coding({}).of_one_hot(std::array{1.0f}), 0);
  for (const auto& values :
       {std::array{0.0f, 0.0f}, std::array{1.0f, 1.0f}, std::array{0.5f, 1.0f}, std::array{2.0f, 0.0f}})
    EXPECT_THROW(coding({}).of_one_hot(values), DataError);
  expect_error<DataError>(
      [] {
        coding({.num_classes = 2}).of_one_hot(std::array{0.0f, 0.0f, 1.0f});
      },
      "f: row 7 is a label out of range (expected 0 to 1, found 2).");
}

}  // namespace
}  // namespace regulus
