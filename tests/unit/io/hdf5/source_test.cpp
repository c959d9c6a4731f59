// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/hdf5/source.h"

#include "unit/io/hdf5/files.h"

namespace regulus::io::hdf5 {
namespace {

TEST(Hdf5Source, EveryByteBelongsToOneThing) {
  Opened file(Bytes(100));
  const std::string twice = "a block takes bytes that belong to something else.";
  EXPECT_EQ(file.source.claim(20, 10, "a block").size(), 10u);
  EXPECT_NO_THROW(file.source.claim(30, 5, "a block"));
  EXPECT_NO_THROW(file.source.claim(10, 10, "a block"));
  EXPECT_NO_THROW(file.source.claim(22, 0, "a block"));
  EXPECT_NO_THROW(file.source.look(22, 50, "a block"));
  for (const std::uint64_t address : {10, 15, 20, 29, 34})
    expect_refused([&] { file.source.claim(address, 1, "a block"); }, std::to_string(address) + ": " + twice);
  expect_refused([&] { file.source.claim(5, 6, "a block"); }, "5: " + twice);
  expect_refused([&] { file.source.claim(0, 100, "a block"); }, "0: " + twice);
  EXPECT_NO_THROW(file.source.claim(35, 65, "a block"));
}

TEST(Hdf5Source, NothingLiesBehindTheEnd) {
  Opened file(Bytes(100));
  expect_refused([&] { file.source.claim(90, 11, "a block"); },
                 "90: a block reaches beyond the end (expected 11 bytes, found 10). Is the file complete?");
  expect_refused(
      [&] { file.source.look(UINT64_MAX, 2, "a block"); },
      "9,223,372,036,854,775,807: a block reaches beyond the end (expected 2 bytes, found 0). Is the "
      "file complete?");
  file.source.end_at(50);
  expect_refused([&] { file.source.claim(50, 1, "a block"); },
                 "50: a block reaches beyond the end (expected 1 bytes, found 0). Is the file complete?");
  Opened short_one(Bytes(10));
  expect_refused(
      [&] { short_one.source.end_at(11); },
      "0: the end comes before the end that the superblock gives (expected 11 bytes, found 10). Is the "
      "file complete?");
}

TEST(Hdf5Source, CountsObjectsAndDatasets) {
  Opened file(Bytes(10), {.tensors = 3, .memory = 9});
  file.source.enter_object(4);
  file.source.enter_object(5);
  expect_refused([&] { file.source.enter_object(4); },
                 "4: an object has two names, or a group is inside itself.");
  file.source.count_dataset(file.reader, 4);
  file.source.count_dataset(file.reader, 5);
  expect_refused(
      [&] { file.source.count_dataset(file.reader, 1); },
      "0: the arrays together are too large for this machine's memory (expected at most 9 bytes, found "
      "more).");
  expect_refused([&] { file.source.count_dataset(file.reader, 0); },
                 "0: there are too many datasets (expected at most 3, found more).");
}

TEST(Hdf5Source, CountsStrings) {
  Opened file(Bytes(80));
  for (int i = 0; i < 65'536 + 10; ++i) file.source.count_text(file.reader);
  expect_refused([&] { file.source.count_text(file.reader); },
                 "0: there are too many strings (expected at most 65546, found more).");
}

}  // namespace
}  // namespace regulus::io::hdf5
