// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/row_reader.h"

#include "regulus/io/npy.h"
#include "regulus/io/npz.h"
#include "unit/data/row_files.h"

namespace regulus {
namespace {

using testing::Bytes;
using testing::counting;
using testing::expect_error;
using testing::expect_unreadable;
using testing::gzipped;
using testing::idx_file;
using testing::read_all;

const Bytes kImages = idx_file({5, 2, 2}, counting(20, 20));
const std::vector<std::int32_t> kLabels = {3, 1, 4, 1, 5};

Bytes bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

// Whatever holds the labels, they come beside their rows.
TEST(RowReader, LabelsComeFromASecondFile) {
  const testing::RowFiles files;
  const std::string path = files.file("images", kImages);
  const Bytes idx = idx_file({5}, {3, 1, 4, 1, 5});
  const io::Array int64 = io::to_array(Shape{5, 1}, std::vector<std::int64_t>{3, 1, 4, 1, 5});
  const io::NamedArrays both = {{"x", io::to_array(Tensor({1}, {7}))}, {"y", int64}};
  for (const Bytes& labels : {idx, gzipped(idx), io::to_npy(int64), io::to_npz(both),
                              bytes_of("3\n1\n4\n1\n5\n"), bytes_of("label\n3\n1\n4\n1.0\n5")})
    for (const std::int64_t count : {1, 2, 5, 6}) {
      const auto reader = open_rows(path, {.labels = files.file("labels", labels)});
      const auto all = read_all(*reader, count);
      EXPECT_EQ(all.labels, kLabels);
      EXPECT_EQ(all.values.size(), 20u);
      EXPECT_EQ(reader->next(count).num_rows(), 0);
    }
  // And rows of floats.
  const std::string table = files.file("f.csv", "1,2\n3,4\n5,6\n7,8\n9,10\n");
  EXPECT_EQ(read_all(*open_rows(table, {.labels = files.file("labels", idx)}), 2).labels, kLabels);
}

TEST(RowReader, ThereMustBeAsManyLabelsAsRows) {
  const testing::RowFiles files;
  const std::string images = files.file("images", kImages);
  const auto expect_labels_refused = [&](const std::string& rows, const Bytes& bytes,
                                         const std::string& problem) {
    const std::string labels = files.file("labels", bytes);
    expect_error<DataError>([&] { read_all(*open_rows(rows, {.labels = labels}), 2); },
                            labels + ": " + problem);
  };
  expect_labels_refused(images, idx_file({4}, counting(4, 10)),
                        "the labels do not fit " + images + " (expected 5, found 4).");
  expect_labels_refused(images, bytes_of("1\n2\n3\n"),
                        "row 3 of " + images + " has no label (expected more labels, found 3).");
  expect_labels_refused(images, bytes_of("1\n2\n3\n4\n5\n6\n"),
                        "there are more labels than rows in " + images + " (expected 5, found more).");
  expect_labels_refused(images, bytes_of("1\n2\n-1\n4\n5\n"),
                        "row 2 is no class label (expected a whole number from 0 to 16,777,216, found -1).");
  expect_labels_refused(images, bytes_of("1\n2.5\n"),
                        "row 1 is no class label (expected a whole number from 0 to 16,777,216, found 2.5).");
  // Beyond 2^24 float32 would make two classes one.
  expect_labels_refused(
      images, bytes_of("16777218\n"),
      "row 0 is no class label (expected a whole number from 0 to 16,777,216, found 16777218).");
  expect_labels_refused(images, bytes_of("1,2\n"),
                        "the file holds more than one label a row (expected 1 value, found (2,)).");
}

TEST(RowReader, RefusesOptionsThatDoNotFit) {
  const testing::RowFiles files;
  const std::string images = files.file("images", kImages);
  const std::string table = files.file("f.csv", "1,2\n");
  expect_error<ConfigError>([&] { open_rows(images, {.label_column = "0"}); },
                            images + ": label_column is for CSV files (found 0).");
  expect_error<ConfigError>([&] { open_rows(table, {.key = "x"}); },
                            table + ": key is for NPZ files (found x).");
  expect_error<ConfigError>([&] { open_rows(table, {.labels = images, .label_column = "0"}); },
                            table + ": labels and label_column are both given (expected one of them).");
  expect_error<ConfigError>([&] { open_rows(table)->next(0); },
                            table + ": count must be 1 or more (found 0).");
}

TEST(RowReader, ToldByTheContent) {
  const testing::RowFiles files;
  expect_unreadable(files.file("f", Bytes{}), "the file is empty.");
  expect_unreadable(
      files.file("f", Bytes{0, 0, 7, 1}),
      "byte 2: the values have the wrong type (expected type 0x08, 0x09 or 0x0b to 0x0e, found unknown "
      "(type 0x07)).");
  expect_unreadable(files.file("f.npy", "\x89HDF\r\n\x1a\n"),
                    "line 1: the text is not UTF-8. Save the file as UTF-8.");
  EXPECT_THROW(open_rows("/no/such/file"), IoError);
}

}  // namespace
}  // namespace regulus
