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
  expect_unreadable(files.file("f.csv", kIris + "1,,0\n"),
                    "line 5: cell 2 is empty (expected a decimal number, found \"\").");
  expect_unreadable(files.file("f.csv", kIris + "1,2\n"),
                    "line 5: the row has another number of cells than the first (expected 3, found 2).");
  expect_unreadable(files.file("f.csv", kIris + "1,2,0.5\n"),
                    "line 5: cell 3 is no class label (expected a whole number from 0 on, found \"0.5\").",
                    {.label_column = "species"});
  expect_unreadable(files.file("f.csv", "\xef\xbb\xbf"), "the file holds no rows.");
  expect_unreadable(files.file("f.csv", "1\n2\n"), "line 1: there is no column beside the labels.",
                    {.label_column = "0"});
  expect_unreadable(files.file("f.csv", "1,2\n"), "line 1: a row is too large for this machine's memory.", {},
                    {.memory = 7});
  Bytes packed = gzipped(Bytes(kIris.begin(), kIris.end()), 0);
  packed.resize(packed.size() - 9);
  expect_unreadable(files.file("f.csv.gz", packed),
                    "line 1: the gzip data lacks its end (truncated download?). Fetch the file again.");
}

}  // namespace
}  // namespace regulus
