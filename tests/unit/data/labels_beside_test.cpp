// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/labels_beside.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "regulus/data/fashion_mnist_files.h"
#include "support/idx.h"
#include "support/temporary_folder.h"

namespace regulus {
namespace {

struct Case {
  const char* images;
  const char* labels;
};

TEST(LabelsBeside, GoByTheNamesOfMnistsFamily) {
  for (const Case& c :
       {Case{"t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"},
        Case{"t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"},
        Case{"t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte.gz"},
        Case{"t10k-images.idx3-ubyte", "t10k-labels.idx1-ubyte"},
        Case{"train-images.idx3-ubyte", "train-labels-idx1-ubyte"},
        Case{"emnist-letters-test-images-idx3-ubyte.gz", "emnist-letters-test-labels-idx1-ubyte"},
        Case{"k-test-imgs.npz", "k-test-labels.npz"}}) {
    const testing::TemporaryFolder folder;
    const std::string images = folder / c.images;
    testing::write_bytes(images, {1});
    EXPECT_EQ(labels_beside(images), "") << c.images;
    testing::write_bytes(folder / c.labels, {1});
    EXPECT_EQ(labels_beside(images), folder / c.labels);
  }
  const testing::TemporaryFolder folder;
  testing::write_bytes(folder / "labels.csv", {1});
  for (const char* name : {"images.csv", "x.npz", ""}) EXPECT_EQ(labels_beside(folder / name), "") << name;
}

// Some unpackers make a folder of the file's name.
TEST(LabelsBeside, MayLieInFoldersOfTheirNames) {
  const testing::TemporaryFolder folder;
  for (const char* name : {"t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"}) {
    std::filesystem::create_directory(folder / name);
    testing::write_bytes((folder / name) + '/' + name, {1});
  }
  EXPECT_EQ(labels_beside(folder / "t10k-images-idx3-ubyte/t10k-images-idx3-ubyte"),
            folder / "t10k-labels-idx1-ubyte/t10k-labels-idx1-ubyte");
  EXPECT_EQ(datasets::find_in_folder(folder.path(), "t10k-labels-idx1-ubyte"),
            folder / "t10k-labels-idx1-ubyte/t10k-labels-idx1-ubyte");
}

TEST(LabelsBeside, TheLoaderKnowsTheSpellings) {
  const testing::TemporaryFolder folder;
  testing::write_bytes(folder / "train-images.idx3-ubyte.gz", {1});
  EXPECT_EQ(datasets::find_in_folder(folder.path(), "train-images-idx3-ubyte"),
            folder / "train-images.idx3-ubyte.gz");
  testing::write_bytes(folder / "train-images-idx3-ubyte", {1});
  EXPECT_EQ(datasets::find_in_folder(folder.path(), "train-images-idx3-ubyte"),
            folder / "train-images-idx3-ubyte");
}

}  // namespace
}  // namespace regulus
