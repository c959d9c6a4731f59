// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/csv_rows.h"

#include "unit/data/row_files.h"

namespace regulus {
namespace {

using testing::Bytes;
using testing::expect_error;
using testing::expect_unreadable;
using testing::gzipped;
using testing::read_all;

const std::string kIris = "length,width,species\n5.1,3.5,0\n7,3.2,1\n6.3,3.3,2\n";

TEST(CsvRows, TheFirstRowMayNameTheColumns) {
  const testing::RowFiles files;
  const std::vector<float> wanted = {5.1f, 3.5f, 0, 7, 3.2f, 1, 6.3f, 3.3f, 2};
  for (const std::string& text : {kIris, kIris.substr(kIris.find('\n') + 1)})
    for (const Bytes& bytes : {Bytes(text.begin(), text.end()), gzipped(Bytes(text.begin(), text.end()))})
      for (const std::int64_t count : {1, 2, 3, 4}) {
        const auto reader = open_rows(files.file("f.csv", bytes));
        EXPECT_EQ(reader->row_shape(), (Shape{3}));
        EXPECT_FALSE(reader->num_rows());
        const auto all = read_all(*reader, count);
        EXPECT_EQ(all.values, wanted);
        EXPECT_TRUE(all.labels.empty());
      }
}

TEST(CsvRows, AColumnMayHoldTheLabels) {
  const testing::RowFiles files;
  const std::string path = files.file("f.csv", kIris);
  for (const char* column : {"species", "2", "-1"}) {
    const auto reader = open_rows(path, {.label_column = column});
    EXPECT_EQ(reader->row_shape(), (Shape{2}));
    const auto all = read_all(*reader, 2);
    EXPECT_EQ(all.values, (std::vector<float>{5.1f, 3.5f, 7, 3.2f, 6.3f, 3.3f}));
    EXPECT_EQ(all.labels, (std::vector<std::int32_t>{0, 1, 2}));
  }
  const std::string first = files.file("g.csv", "3,1.5\n4,2.5\n");
  for (const char* column : {"0", "-2"})
    EXPECT_EQ(read_all(*open_rows(first, {.label_column = column}), 9).labels,
              (std::vector<std::int32_t>{3, 4}));
  // A name comes before a number.
  const std::string years = files.file("h.csv", "a,0\n1,2\n");
  EXPECT_EQ(read_all(*open_rows(years, {.label_column = "0"}), 9).labels, (std::vector<std::int32_t>{2}));
}

TEST(CsvRows, SaysWhichColumnsThereAre) {
  const testing::RowFiles files;
  const std::string path = files.file("f.csv", kIris);
  expect_error<ConfigError>(
      [&] { open_rows(path, {.label_column = "specis"}); },
      path +
          ": there is no column \"specis\" (expected a name of the first row, or -3 to 2). Did "
          "you mean \"species\"?");
  const std::string plain = files.file("g.csv", "1,2\n");
  for (const char* column : {"2", "-3", "x", "99999999999999999999"})
    expect_error<ConfigError>([&] { open_rows(plain, {.label_column = column}); },
                              plain + ": there is no column \"" + column + "\" (expected -2 to 1).");
}

TEST(CsvRows, NamesTheLineThatIsWrong) {
  const testing::RowFiles files;
  expect_unreadable(
      files.file("f.csv", kIris + "1,,0\n"),
      "line 5: column \"width\" is empty (expected a decimal number, found \"\"). Give --missing drop to "
      "leave such rows out, or --missing NUMBER to fill in.");
  expect_unreadable(files.file("f.csv", kIris + "1,2\n"),
                    "line 5: the row has another number of cells than the first (expected 3, found 2).");
  expect_unreadable(
      files.file("f.csv", kIris + "1,2,0.5\n"),
      "line 5: column \"species\" is no class label (expected a whole number from 0 on, found \"0.5\").",
      {.label_column = "species"});
  for (const char* nothing : {"\xef\xbb\xbf", "\n\n", "# a comment\n", " "})
    expect_unreadable(files.file("f.csv", nothing), "the file holds no rows.");
  for (const char* names : {"a,b\n", "a,b", "\n# c\na,b\n\n# d\n", "a;b"})
    expect_unreadable(
        files.file("f.csv", names),
        "the file names columns and holds no rows. If the first row is one of words as values, give "
        "--header no.");
  expect_unreadable(files.file("f.csv", "1\n2\n"), "line 1: there is no column beside the labels.",
                    {.label_column = "0"});
  expect_unreadable(files.file("f.csv", "1,2\n"), "line 1: a row is too large for this machine's memory.", {},
                    {.memory = 7});
  Bytes packed = gzipped(Bytes(kIris.begin(), kIris.end()), 0);
  packed.resize(packed.size() - 9);
  expect_unreadable(files.file("f.csv.gz", packed),
                    "line 1: the gzip data lacks its end (truncated download?). Fetch the file again.");
}

struct Forms {
  const char* text;
  const char* note;
};

// The forms in which one table lies about.
TEST(CsvRows, TheSameTableInManyForms) {
  const testing::RowFiles files;
  for (const Forms& form :
       {Forms{"5.5,3.5\n7,2\n", "columns between commas, the first row holds values"},
        Forms{"5.5, 3.5\n7, 2\n\n\n", "columns between commas, the first row holds values"},
        Forms{"\xef\xbb\xbf"
              "a,b\r\n5.5,3.5\r\n7,2\r\n",
              "columns between commas, named by the first row"},
        Forms{"# made by hand\na, b\n5.5,\"3.5\"\n\n7,2", "columns between commas, named by the first row"},
        Forms{"\"a\";\"b\"\n5.5;3.5\n+7;2\n", "columns between semicolons, named by the first row"},
        Forms{"a\tb\n5.5\t3.5\n7\t2\n", "columns between tabs, named by the first row"},
        Forms{" 5.5000e+00  3.5\n 7.0         2 \n", "columns between blanks, the first row holds values"},
        Forms{"# a b\n5.5 3.5\n7 2\n", "columns between blanks, named by the comment in line 1"}}) {
    const auto reader = open_rows(files.file("f.csv", std::string_view(form.text)));
    EXPECT_EQ(read_all(*reader, 9).values, (std::vector<float>{5.5f, 3.5f, 7, 2})) << form.text;
    EXPECT_EQ(reader->take_notes(), std::vector<std::string>{form.note}) << form.text;
    EXPECT_TRUE(reader->take_notes().empty());
  }
  const auto commas =
      open_rows(files.file("f.csv", std::string_view("5,5;3,5\n7;2\n")), {.table = {.decimal = ','}});
  EXPECT_EQ(read_all(*commas, 9).values, (std::vector<float>{5.5f, 3.5f, 7, 2}));
  expect_unreadable(
      files.file("f.csv", std::string_view("5,5;3,5\n7;2\n")),
      "line 1: column 0 is no finite number (expected a decimal number, found \"5,5\"). Give --decimal , "
      "if the comma stands before the fraction.");
  // What is said is not guessed, and not told.
  const auto said = open_rows(files.file("f.csv", std::string_view("1,2\n3,4\n")),
                              {.table = {.separator = ",", .header = true}});
  EXPECT_EQ(read_all(*said, 9).values, (std::vector<float>{3, 4}));
  EXPECT_EQ(said->column_names(), (std::vector<std::string>{"1", "2"}));
  EXPECT_TRUE(said->take_notes().empty());
}

TEST(CsvRows, AsksWhereTheFirstRowMayBeNamesOrValues) {
  const testing::RowFiles files;
  const std::string path = files.file("f.csv", std::string_view("0,1,2\n0.5,7,1\n"));
  expect_unreadable(
      path,
      "the first row counts 0, 1, 2, …: these may be names of columns or values. Give --header yes or "
      "--header no.");
  EXPECT_EQ(read_all(*open_rows(path, {.table = {.header = true}}), 9).values,
            (std::vector<float>{0.5f, 7, 1}));
  EXPECT_EQ(read_all(*open_rows(path, {.table = {.header = false}}), 9).values.size(), 6u);
}

TEST(CsvRows, SaysWhichColumnHoldsWords) {
  const testing::RowFiles files;
  const RowReaderOptions options = {.row_lengths = {{2}}};
  const std::string problem =
      ": the data's rows do not fit the model (expected (None, 2), found (None, 3)). Of these ";
  const std::string named = files.file("f.csv", std::string_view("a,b,species\n1,2,setosa\n"));
  expect_error<ShapeError>([&] { open_rows(named, options); },
                           named + problem +
                               "column \"species\" holds words: name it as the labels (--labels species), "
                               "or leave it out (--drop species).");
  const std::string plain = files.file("g.csv", std::string_view("1,2,setosa\n3,4,virginica\n"));
  expect_error<ShapeError>([&] { open_rows(plain, options); },
                           plain + problem +
                               "column 2 holds words: name it as the labels (--labels 2), or leave it out "
                               "(--drop 2).");
}

TEST(CsvRows, RefusesFormsThatNobodyWrites) {
  const testing::RowFiles files;
  const std::string path = files.file("f.csv", std::string_view("1,2\n"));
  expect_error<ConfigError>(
      [&] { open_rows(path, {.table = {.separator = "::"}}); },
      path +
          ": the separator is not known (expected a comma, a semicolon, a tab, a blank or |, "
          "found ::).");
  expect_error<ConfigError>(
      [&] { open_rows(path, {.table = {.separator = ",", .decimal = ','}}); },
      path +
          ": the comma cannot separate cells and fractions (expected a comma, a semicolon, a "
          "tab, a blank or |).");
  expect_error<ConfigError>([&] { open_rows(path, {.table = {.decimal = ';'}}); },
                            path + ": decimal must be a point or a comma (found ;).");
}

TEST(CsvRows, ARowThatLacksAValueIsLeftOutOrFilledIn) {
  const testing::RowFiles files;
  const std::string path =
      files.file("f.csv", std::string_view("a,b,y\n?,1,0\n2,3,1\n4,NA,2\n5,6,\n7,8,4\n"));
  const std::string labels = files.file("labels.csv", std::string_view("y\n0\n1\n2\n3\n4\n"));
  for (const std::int64_t count : {1, 2, 3, 9}) {
    const auto column = open_rows(path, {.label_column = "y", .table = {.missing = Missing::kDrop}});
    const auto rows = read_all(*column, count);
    EXPECT_EQ(rows.values, (std::vector<float>{2, 3, 7, 8}));
    EXPECT_EQ(rows.labels, (std::vector<std::int32_t>{1, 4}));
    // A label of another file goes with its row.
    const auto beside =
        open_rows(path, {.labels = labels, .table = {.drop = {"y"}, .missing = Missing::kDrop}});
    EXPECT_EQ(read_all(*beside, count).labels, (std::vector<std::int32_t>{1, 3, 4}));
    EXPECT_EQ(beside->take_notes(),
              (std::vector<std::string>{
                  "columns between commas, named by the first row",
                  "2 rows that lack a value were left out; the others are numbered without them"}));
  }
  const auto filled =
      open_rows(path, {.table = {.columns = {"a", "b"}, .missing = Missing::kFill, .fill = -1}});
  EXPECT_EQ(read_all(*filled, 2).values, (std::vector<float>{-1, 1, 2, 3, 4, -1, 5, 6, 7, 8}));
  EXPECT_EQ(filled->take_notes().back(), "2 values are missing and filled in");
  // A label cannot be filled in.
  expect_unreadable(
      path,
      "line 5: column \"y\" holds no label (expected a label, found \"\"). Give --missing drop to leave "
      "such rows out.",
      {.label_column = "y", .table = {.missing = Missing::kFill}});
  expect_unreadable(files.file("g.csv", std::string_view("1,?\n?,2\n")),
                    "every row lacks a value: no row is left.", {.table = {.missing = Missing::kDrop}});
}

TEST(CsvRows, LabelsAreNumbersWordsTruthOrOneHot) {
  const testing::RowFiles files;
  const auto labels = [&](std::string_view text, const std::string& column, RowReaderOptions options = {}) {
    options.label_column = column;
    return read_all(*open_rows(files.file("f.csv", text), options), 2).labels;
  };
  using Labels = std::vector<std::int32_t>;
  EXPECT_EQ(labels("a,y\n1,b\n2,a\n3, b \n", "y", {.class_names = {"a", "b"}}), (Labels{1, 0, 1}));
  EXPECT_EQ(labels("a,y\n1,True\n2,False\n", "y"), (Labels{1, 0}));
  EXPECT_EQ(labels("a,y\n1,1.0\n2,0.0\n", "y"), (Labels{1, 0}));
  EXPECT_EQ(labels("1,0,0,1\n2,1,0,0\n", "1:4"), (Labels{2, 0}));
  EXPECT_EQ(labels("1,0,0,1\n2,1,0,0\n", "1,2,3"), (Labels{2, 0}));
  EXPECT_EQ(labels("1,3\n2,1\n", "-1", {.first_label = 1, .num_classes = 3}), (Labels{2, 0}));
  // The names of classes come before the numbers of classes.
  EXPECT_EQ(labels("1,5\n2,3\n", "1", {.class_names = {"3", "4", "5"}}), (Labels{2, 0}));
  const std::string path = files.file("f.csv", std::string_view("a,y\n1,seotsa\n2,setosa\n"));
  expect_unreadable(
      path,
      "line 2: column \"y\" is no class label (expected a class name or number, found \"seotsa\"). Did you "
      "mean \"setosa\"?",
      {.label_column = "y", .class_names = {"setosa", "virginica"}});
  expect_unreadable(
      path,
      "line 2: column \"y\" is no class label (expected a whole number from 0 on, found \"seotsa\"). Say "
      "which words they are, in the order of the outputs: --class-names A,B,….",
      {.label_column = "y"});
  expect_unreadable(
      files.file("f.csv", std::string_view("1,3\n")),
      "line 1: column 1 is a label out of range (expected 0 to 2, found 3). Do the labels count from 1? "
      "Then give --first-label 1.",
      {.label_column = "1", .num_classes = 3});
  expect_unreadable(
      files.file("f.csv", std::string_view("1,1,1\n")),
      "line 1: column 1 holds more than one label (expected one value, or a single 1 among zeros, found 2 "
      "values, 2 of them 1).",
      {.label_column = "1,2"});
}

TEST(CsvRows, WordsWithoutClassNamesMayBeLeftOut) {
  const testing::RowFiles files;
  const std::string path = files.file("f.csv", std::string_view("a,y\n1,b\n2,a\n"));
  const auto reader = open_rows(path, {.label_column = "y", .leave_out_words = true});
  EXPECT_FALSE(reader->has_labels());
  const auto rows = read_all(*reader, 9);
  EXPECT_EQ(rows.values, (std::vector<float>{1, 2}));
  EXPECT_TRUE(rows.labels.empty());
  EXPECT_EQ(reader->take_notes().back(),
            "the labels in column \"y\" are words, and the model has no class names that would number them: "
            "they are "
            "left out. Give --class-names, in the order of the model's outputs");
  EXPECT_TRUE(open_rows(path, {.label_column = "y", .class_names = {"a", "b"}, .leave_out_words = true})
                  ->has_labels());
}

TEST(CsvRows, LabelsMayBeTargetsOfARegression) {
  const testing::RowFiles files;
  const std::string path = files.file("f.csv", std::string_view("a,p,q\n1,0.5,2\n3,-1e3,4\n"));
  const auto one = open_rows(path, {.label_column = "p", .label_kind = LabelKind::kNumbers});
  const Dataset rows = one->next(9);
  EXPECT_EQ(one->labels_from(), "column \"p\"");
  EXPECT_EQ(std::vector<float>(rows.targets().begin(), rows.targets().end()),
            (std::vector<float>{0.5f, -1e3f}));
  EXPECT_EQ(rows.target_units(), 1);
  const Dataset two = open_rows(path, {.label_column = "p,q", .label_kind = LabelKind::kNumbers})->next(9);
  EXPECT_EQ(std::vector<float>(two.targets().begin(), two.targets().end()),
            (std::vector<float>{0.5f, 2, -1e3f, 4}));
  EXPECT_EQ(two.target_units(), 2);
}

}  // namespace
}  // namespace regulus
