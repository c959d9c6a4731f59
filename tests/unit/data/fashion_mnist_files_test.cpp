// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/fashion_mnist_files.h"

#include <gtest/gtest.h>

#include <map>

#include "support/expect.h"
#include "support/idx.h"
#include "support/temporary_folder.h"

namespace regulus::datasets {
namespace {

using testing::Bytes;
using testing::counting;
using testing::expect_error;
using testing::idx_file;
using testing::TemporaryFolder;
using testing::write_bytes;

// Five training rows and two test rows.
std::map<std::string, Bytes> small_files() {
  return {{"train-images-idx3-ubyte", idx_file({5, 28, 28}, counting(5 * 784, 255))},
          {"train-labels-idx1-ubyte", idx_file({5}, {9, 0, 1, 2, 3})},
          {"t10k-images-idx3-ubyte", idx_file({2, 28, 28}, counting(2 * 784, 7))},
          {"t10k-labels-idx1-ubyte", idx_file({2}, {5, 6})}};
}

TrainTest assembled(const std::map<std::string, Bytes>& files, Reading reading = Reading::kInOrder) {
  return assemble(
      [&](const OfficialFile& file) {
        return NamedBytes{file.name, files.at(file.name)};
      },
      {.name = "fashion_mnist", .source = "test", .class_names = fashion_class_names()}, reading);
}

TEST(Assemble, MakesBothDataSets) {
  for (const Reading reading : {Reading::kInOrder, Reading::kSideBySide}) {
    const auto [train, test] = assembled(small_files(), reading);
    EXPECT_EQ(train.num_rows(), 5);
    EXPECT_EQ(train.row_shape(), (Shape{28, 28}));
    EXPECT_EQ(train.labels()[0], 9);
    EXPECT_EQ(train.view().bytes[784], 784 % 255);
    EXPECT_EQ(test.num_rows(), 2);
    EXPECT_EQ(test.labels()[1], 6);
    EXPECT_EQ(test.info().source, "test");
    EXPECT_EQ(test.info().class_names.size(), 10u);
  }
}

TEST(Assemble, SaysWhatIsWrongWithTheFirstOfSeveralFiles) {
  auto files = small_files();
  files["train-labels-idx1-ubyte"] = {};
  files["t10k-images-idx3-ubyte"] = {};
  for (const Reading reading : {Reading::kInOrder, Reading::kSideBySide})
    for (int i = 0; i < 20; ++i)
      expect_error<DataError>([&] { assembled(files, reading); },
                              "train-labels-idx1-ubyte: the file is empty. Fetch the file again.");
}

TEST(Assemble, StopsAtTheFirstErrorWhenItReadsInOrder) {
  std::vector<std::string> asked;
  const auto read = [&](const OfficialFile& file) {
    asked.emplace_back(file.name);
    return NamedBytes{file.name, {}};
  };
  EXPECT_THROW(assemble(read, {}, Reading::kInOrder), DataError);
  EXPECT_EQ(asked, std::vector<std::string>{"train-images-idx3-ubyte"});
}

TEST(Assemble, RefusesImagesOfAnotherSize) {
  auto files = small_files();
  files["t10k-images-idx3-ubyte"] = idx_file({2, 32, 28}, Bytes(2 * 32 * 28));
  expect_error<DataError>(
      [&] { assembled(files); },
      "t10k-images-idx3-ubyte: byte 8: the images have the wrong size (expected 28 x 28, found 32 x 28).");
}

TEST(Assemble, RefusesAnotherNumberOfLabelsThanImages) {
  auto files = small_files();
  files["train-labels-idx1-ubyte"] = idx_file({4}, {1, 2, 3, 4});
  expect_error<DataError>(
      [&] { assembled(files); },
      "train-labels-idx1-ubyte: byte 4: there must be one label for each image (expected 5, "
      "found 4). Fetch both files again.");
}

TEST(Assemble, RefusesALabelOutOfRange) {
  auto files = small_files();
  files["train-labels-idx1-ubyte"] = idx_file({5}, {1, 2, 3, 10, 4});
  expect_error<DataError>(
      [&] { assembled(files); },
      "train-labels-idx1-ubyte: byte 11: a label is out of range (expected 0 to 9, found 10). "
      "Fetch the file again.");
}

TEST(FindInFolder, PrefersThePackedFile) {
  const TemporaryFolder folder;
  EXPECT_EQ(find_in_folder(folder.path(), "a"), std::nullopt);
  write_bytes(folder / "a", {});
  EXPECT_EQ(find_in_folder(folder.path(), "a"), folder / "a");
  write_bytes(folder / "a.gz", {});
  EXPECT_EQ(find_in_folder(folder.path(), "a"), folder / "a.gz");
  std::filesystem::create_directory(folder / "b.gz");
  EXPECT_EQ(find_in_folder(folder.path(), "b"), std::nullopt);  // a folder is no file
}

}  // namespace
}  // namespace regulus::datasets
