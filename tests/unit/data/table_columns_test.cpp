// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/table_columns.h"

#include "regulus/data/row_reader.h"
#include "support/expect.h"

namespace regulus {
namespace {

using testing::expect_error;
using Columns = std::vector<std::size_t>;

const std::vector<std::string> kNames = {"a", "b", "c,d", "e", "a,b"};
const std::string kWhere = "f.csv";

Columns found(const std::string& text) {
  return find_columns(text, kNames, kNames.size(), kWhere);
}

TEST(TableColumns, AreFoundByNameNumberAndRange) {
  EXPECT_EQ(found("b"), (Columns{1}));
  EXPECT_EQ(found("3"), (Columns{3}));
  EXPECT_EQ(found("-1"), (Columns{4}));
  EXPECT_EQ(found("c,d"), (Columns{2}));
  EXPECT_EQ(found("a,b"), (Columns{4}));  // the name of one column comes first
  EXPECT_EQ(found("b, e,0"), (Columns{1, 3, 0}));
  EXPECT_EQ(found("1:3"), (Columns{1, 2}));
  EXPECT_EQ(found(":2,-1:"), (Columns{0, 1, 4}));
  for (const char* text : {"f", "5", "-6", "3:2", "1:9", "b,,e", "99999999999999999999", ":x"})
    EXPECT_THROW(found(text), ConfigError) << text;
  expect_error<ConfigError>(
      [] { found("c.d"); },
      "f.csv: there is no column \"c.d\" (expected a name of the first row, or -5 to 4). Did you "
      "mean \"c,d\"?");
  const std::vector<std::string> twice = {"a", "a"};
  expect_error<ConfigError>([&] { find_columns("a", twice, 2, kWhere); },
                            "f.csv: two columns are called \"a\". Give the number instead, from 0 on.");
}

TableColumns chosen(const RowReaderOptions& options,
                    const std::vector<std::string>& names = {"a", "b", "c"}) {
  return choose_columns(options, names, names.empty() ? 3 : names.size(), false, kWhere);
}

TEST(TableColumns, FeaturesAreAllButLabelsAndWhatIsDropped) {
  EXPECT_EQ(chosen({}).features, (Columns{0, 1, 2}));
  const TableColumns labelled = chosen({.label_column = "-1", .table = {.drop = {"a"}}});
  EXPECT_EQ(labelled.features, (Columns{1}));
  EXPECT_EQ(labelled.labels, (Columns{2}));
  EXPECT_EQ(chosen({.table = {.columns = {"c", "a"}}}).features, (Columns{2, 0}));
  EXPECT_EQ(chosen({.table = {.columns = {"0:3"}, .drop = {"1"}}}).features, (Columns{0, 2}));
  expect_error<ConfigError>([] { chosen({.table = {.columns = {"a,0"}}}); },
                            "f.csv: column \"a\" is chosen twice.");
  expect_error<ConfigError>([] { chosen({.label_column = "c", .table = {.columns = {"a,c"}}}); },
                            "f.csv: column \"c\" is chosen, and holds the labels.");
}

TEST(TableColumns, GoByTheNamesOfTheModel) {
  const TableColumns reordered = chosen({.column_names = {"c", "a", "b"}});
  EXPECT_EQ(reordered.features, (Columns{2, 0, 1}));
  EXPECT_EQ(reordered.notes,
            (std::vector<std::string>{"the columns are put in the order in which the model was trained"}));
  EXPECT_TRUE(chosen({.column_names = {"a", "b", "c"}}).notes.empty());
  const TableColumns beyond = chosen({.column_names = {"a", "c"}});
  EXPECT_EQ(beyond.features, (Columns{0, 2}));
  EXPECT_EQ(beyond.notes,
            (std::vector<std::string>{"a column that the model does not know is left out: \"b\""}));
  const TableColumns nameless = chosen({.column_names = {"x", "y", "z"}}, {});
  EXPECT_EQ(nameless.features, (Columns{0, 1, 2}));
  EXPECT_EQ(
      nameless.notes,
      (std::vector<std::string>{"the table does not name its columns: they are taken in the model's order"}));
  expect_error<DataError>(
      [] {
        chosen({.column_names = {"a", "B", "c"}});
      },
      "f.csv: the table lacks the column \"B\", on which the model was trained (expected 3 columns). "
      "Is it the one called \"b\"?");
  expect_error<DataError>(
      [] {
        chosen({.column_names = {"a", "height", "width"}});
      },
      "f.csv: the table lacks 2 columns: \"height\", \"width\", on which the model was trained "
      "(expected 3 columns).");
  // A column that holds the labels is no feature.
  EXPECT_THROW(chosen({.label_column = "b", .column_names = {"a", "b"}}), DataError);
  EXPECT_THROW(chosen({.column_names = {"a"}}, {"a", "a"}), DataError);
}

TEST(TableColumns, AnIndexOfPandasIsLeftOut) {
  const std::vector<std::string> names = {"", "a", "b"};
  const std::vector<std::int64_t> two = {2};
  const std::vector<std::int64_t> three = {3};
  EXPECT_EQ(chosen({.row_lengths = two}, names).features, (Columns{1, 2}));
  EXPECT_EQ(chosen({.row_lengths = two}, names).notes.size(), 1u);
  EXPECT_EQ(chosen({.row_lengths = two}, {"Unnamed: 0", "a", "b"}).features, (Columns{1, 2}));
  EXPECT_EQ(chosen({.row_lengths = three}, names).features, (Columns{0, 1, 2}));
  EXPECT_EQ(chosen({.row_lengths = two}, {"id", "a", "b"}).features, (Columns{0, 1, 2}));
  EXPECT_EQ(chosen({}, names).features, (Columns{0, 1, 2}));
  EXPECT_EQ(choose_columns({}, names, 3, true, kWhere).features, (Columns{1, 2}));
}

}  // namespace
}  // namespace regulus
