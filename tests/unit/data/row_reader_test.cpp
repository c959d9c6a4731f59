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
  expect_labels_refused(
      images, bytes_of("1\n2\n-1\n4\n5\n"),
      "line 3: column 0 is no class label (expected a whole number from 0 on, found \"-1\").");
  expect_labels_refused(
      images, bytes_of("1\n2.5\n"),
      "line 2: column 0 is no class label (expected a whole number from 0 on, found \"2.5\").");
  const auto integers = [](std::vector<std::int64_t> values) {
    return io::to_npy(io::to_array(Shape{5}, values));
  };
  expect_labels_refused(images, integers({0, 1, -1, 3, 4}),
                        "row 2 is no class label (expected a whole number from 0 to 16,777,216, found -1).");
  // Beyond 2^24 float32 would make two classes one.
  expect_labels_refused(
      images, integers({0, 16777218, 2, 3, 4}),
      "row 1 is no class label (expected a whole number from 0 to 16,777,216, found 16777218).");
  expect_labels_refused(
      images, bytes_of("1,2\n"),
      "line 1: column 0 holds more than one label (expected one value, or a single 1 among zeros, "
      "found 2 values, 1 of them 1).");
}

TEST(RowReader, RefusesOptionsThatDoNotFit) {
  const testing::RowFiles files;
  const std::string images = files.file("images", kImages);
  const std::string table = files.file("f.csv", "1,2\n");
  expect_error<ConfigError>([&] { open_rows(images, {.label_column = "0"}); },
                            images + ": label_column is for CSV and NPZ files (found 0).");
  expect_error<ConfigError>([&] { open_rows(table, {.key = "x"}); },
                            table + ": key is for NPZ files (found x).");
  expect_error<ConfigError>([&] { open_rows(table, {.labels = images, .label_column = "0"}); },
                            table + ": labels and label_column are both given (expected one of them).");
  expect_error<ConfigError>([&] { open_rows(table)->next(0); },
                            table + ": count must be 1 or more (found 0).");
}

TEST(RowReader, LabelsMayBeOneHot) {
  const testing::RowFiles files;
  const std::string path = files.file("images", kImages);
  const Bytes npy = io::to_npy(io::to_array(Tensor({5, 3}, {0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0})));
  for (const Bytes& labels : {npy, bytes_of("0,0,1\n1,0,0\n0,1,0\n0,1,0\n1,0,0\n"),
                              bytes_of("a b c\n0 0 1\n1 0 0\n0 1 0\n0 1 0\n1 0 0\n")}) {
    const std::string file = files.file("labels", labels);
    EXPECT_EQ(read_all(*open_rows(path, {.labels = file, .num_classes = 3}), 2).labels,
              (std::vector<std::int32_t>{2, 0, 1, 1, 0}));
  }
  const std::string wide = files.file("labels", npy);
  expect_error<DataError>([&] { read_all(*open_rows(path, {.labels = wide, .num_classes = 2}), 2); },
                          wide + ": row 0 is a label out of range (expected 0 to 1, found 2).");
  const Bytes soft = io::to_npy(io::to_array(Tensor({5, 2}, {0.5f, 0.5f, 1, 0, 1, 0, 1, 0, 1, 0})));
  expect_error<DataError>(
      [&] { read_all(*open_rows(path, {.labels = files.file("labels", soft)}), 2); },
      files.file("labels", soft) +
          ": row 0 holds more than one label (expected one value, or a single 1 among zeros, found 2 "
          "values, 0 of them 1).");
  // As targets they are taken as they are; the bytes of the rows become floats then.
  const auto reader =
      open_rows(path, {.labels = files.file("labels", soft), .label_kind = LabelKind::kNumbers});
  const Dataset rows = reader->next(2);
  EXPECT_TRUE(reader->has_bytes());
  EXPECT_EQ(std::vector<float>(rows.targets().begin(), rows.targets().end()),
            (std::vector<float>{0.5f, 0.5f, 1, 0}));
  EXPECT_EQ(rows.to_tensor().data()[7], 7);
}

TEST(RowReader, LabelsMayBeWords) {
  const testing::RowFiles files;
  const std::string path = files.file("images", kImages);
  for (const char* text : {"cat\ndog\ncat\ncat\ndog\n", "animal\ncat\ndog\ncat\ncat\ndog\n",
                           "label\n\"cat\"\ndog \ncat\ncat\n dog"}) {
    const std::string labels = files.file("labels", bytes_of(text));
    EXPECT_EQ(read_all(*open_rows(path, {.labels = labels, .class_names = {"dog", "cat"}}), 2).labels,
              (std::vector<std::int32_t>{1, 0, 1, 1, 0}));
  }
}

// EMNIST's letters are numbered from 1.
TEST(RowReader, LabelsOfAFileMayCountFromOne) {
  const testing::RowFiles files;
  const std::string path = files.file("images", kImages);
  const std::string labels = files.file("labels", idx_file({5}, {3, 1, 2, 1, 3}));
  const auto reader = open_rows(path, {.labels = labels, .num_classes = 3});
  EXPECT_EQ(read_all(*reader, 2).labels, (std::vector<std::int32_t>{2, 0, 1, 0, 2}));
  EXPECT_EQ(reader->take_notes(),
            (std::vector<std::string>{"the labels go from 1 to 3: 1 is taken off each"}));
  // They need not: four classes, the first of which does not appear.
  EXPECT_EQ(read_all(*open_rows(path, {.labels = labels, .num_classes = 4}), 2).labels,
            (std::vector<std::int32_t>{3, 1, 2, 1, 3}));
  EXPECT_EQ(read_all(*open_rows(path, {.labels = labels, .first_label = 1, .num_classes = 4}), 2).labels,
            (std::vector<std::int32_t>{2, 0, 1, 0, 2}));
  expect_error<DataError>([&] { read_all(*open_rows(path, {.labels = labels, .num_classes = 2}), 2); },
                          labels + ": row 0 is a label out of range (expected 0 to 1, found 3).");
}

TEST(RowReader, WhatIsSaidOfClassesMustFitThem) {
  const testing::RowFiles files;
  const std::string path = files.file("images", kImages);
  expect_error<ConfigError>(
      [&] {
        open_rows(path, {.num_classes = 3, .class_names = {"a", "b"}});
      },
      path + ": class_names are not as many as the classes (expected 3, found 2).");
  expect_error<ConfigError>(
      [&] { open_rows(path, {.label_kind = LabelKind::kNumbers, .class_names = {"a"}}); },
      path + ": class_names go with labels of classes, and these are numbers.");
  expect_error<ConfigError>([&] { open_rows(path, {.label_kind = LabelKind::kNumbers, .first_label = 1}); },
                            path + ": first_label goes with labels of classes, and these are numbers.");
}

TEST(RowReader, FindsLabelsBesideTheRows) {
  const testing::RowFiles files;
  const std::string path = files.file("t10k-images.idx3-ubyte", kImages);
  EXPECT_FALSE(open_rows(path, {.find_labels = true})->has_labels());
  const std::string labels = files.file("t10k-labels-idx1-ubyte.gz", gzipped(idx_file({5}, {3, 1, 4, 1, 5})));
  EXPECT_FALSE(open_rows(path)->has_labels());
  const auto reader = open_rows(path, {.find_labels = true});
  EXPECT_EQ(reader->labels_from(), labels);
  EXPECT_EQ(read_all(*reader, 2).labels, kLabels);
  EXPECT_TRUE(reader->take_notes().empty());
}

// Nobody asked for them: they never stop the rows.
TEST(RowReader, WhatIsWrongWithLabelsFoundIsANote) {
  const testing::RowFiles files;
  const std::string path = files.file("t10k-images-idx3-ubyte", kImages);
  for (const Bytes& labels : {idx_file({4}, {3, 1, 4, 1}), idx_file({5}, {3, 1, 4, 1, 9}),
                              bytes_of("no labels"), Bytes{}, idx_file({5, 2}, counting(10, 10))}) {
    files.file("t10k-labels-idx1-ubyte", labels);
    const auto reader = open_rows(path, {.find_labels = true, .num_classes = 6});
    EXPECT_FALSE(reader->has_labels());
    EXPECT_EQ(read_all(*reader, 2).values.size(), 20u);
    const auto notes = reader->take_notes();
    ASSERT_EQ(notes.size(), 1u);
    EXPECT_TRUE(notes[0].starts_with("the labels beside the rows are not used: ")) << notes[0];
  }
}

TEST(RowReader, AnArrayOfTheSameFileMayHoldTheLabels) {
  const testing::RowFiles files;
  const auto x = io::to_array(Tensor({5, 1}, {1, 2, 3, 4, 5}));
  const auto y = io::to_array(Shape{5}, std::vector<std::int64_t>{3, 1, 4, 1, 5});
  const std::string path = files.file("f.npz", io::to_npz(io::NamedArrays{{"x_test", x}, {"y_test", y}}));
  for (const RowReaderOptions& options :
       {RowReaderOptions{.label_column = "y_test"}, RowReaderOptions{.find_labels = true},
        RowReaderOptions{.labels = path}, RowReaderOptions{.labels = path, .label_key = "y_test"}}) {
    const auto reader = open_rows(path, options);
    EXPECT_EQ(reader->row_shape(), (Shape{1}));
    EXPECT_EQ(read_all(*reader, 2).labels, kLabels);
  }
  EXPECT_FALSE(open_rows(path)->has_labels());
  expect_error<ConfigError>(
      [&] { open_rows(path, {.label_key = "y"}); },
      path +
          ": label_key names an array of a file of labels, and there is none (found y). "
          "An array beside the rows is named with label_column (--labels).");
}

TEST(RowReader, RowsTakeTheShapeOfTheModel) {
  const testing::RowFiles files;
  const std::string path = files.file("images", kImages);
  EXPECT_EQ(open_rows(path, {.row_lengths = {{2, 2, 1}}})->next(1).row_shape(), (Shape{2, 2, 1}));
  EXPECT_EQ(open_rows(path, {.row_lengths = {{4}}})->row_shape(), (Shape{4}));
  expect_error<ShapeError>(
      [&] {
        open_rows(path, {.row_lengths = {{1, 4, 1, 1, 2}}});
      },
      path +
          ": the data's rows do not fit the model (expected (None, 1, 4, 1, 1, 2), found (None, "
          "2, 2)).");
}

TEST(RowReader, NamesWhatIsNoFileOfRows) {
  const testing::RowFiles files;
  struct Foreign {
    const char* name;
    Bytes bytes;
    const char* problem;
  };
  const auto what = [](const std::string& kind, const std::string& fix) {
    return "this is " + kind + " (expected IDX, NPY, NPZ or a table of text (CSV)). " + fix;
  };
  const std::string path = files.file("f.npy", "\x89HDF\r\n\x1a\n");
  expect_unreadable(path, what("an HDF5 file",
                               "Save the array as NPY: numpy.save(\"rows.npy\", file[\"NAME\"][:]) with "
                               "h5py."));
  expect_unreadable(files.file("f.csv", std::string_view("[[1,2],[3,4]]")),
                    what("JSON, not a table", "Save the rows as CSV, one row a line, or as NPY."));
  expect_unreadable(files.file("f.csv", Bytes{0xff, 0xfe, '1', 0, ',', 0}),
                    what("UTF-16 text", "Save the file as UTF-8: iconv -f UTF-16 -t UTF-8."));
  expect_unreadable(
      files.file("f.csv.gz", gzipped(Bytes{'P', 'A', 'R', '1', 0x15, 4})),
      what("a Parquet file", "Save it as CSV: pandas.read_parquet(FILE).to_csv(\"rows.csv\", index=False)."));
}

TEST(RowReader, ToldByTheContent) {
  const testing::RowFiles files;
  expect_unreadable(files.file("f", Bytes{}), "the file is empty.");
  expect_unreadable(
      files.file("f", Bytes{0, 0, 7, 1}),
      "byte 2: the values have the wrong type (expected type 0x08, 0x09 or 0x0b to 0x0e, found unknown "
      "(type 0x07)).");
  EXPECT_THROW(open_rows("/no/such/file"), IoError);
}

}  // namespace
}  // namespace regulus
