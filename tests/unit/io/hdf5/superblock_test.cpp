// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/hdf5/superblock.h"

#include "unit/io/hdf5/files.h"

namespace regulus::io::hdf5 {
namespace {

TEST(Hdf5Superblock, BothFormsGiveTheRoot) {
  Opened old_style(golden_bytes("nothing"));
  EXPECT_EQ(read_superblock(old_style.source), 96u);
  Opened new_style(golden_bytes("compact_latest"));
  EXPECT_EQ(read_superblock(new_style.source), 48u);
}

void expect_changed_refused(std::size_t at, std::uint8_t byte, const std::string& problem) {
  Bytes bytes = golden_bytes("nothing");
  bytes[at] = byte;
  Opened file(bytes);
  expect_refused([&] { read_superblock(file.source); }, problem);
}

TEST(Hdf5Superblock, WhatIsNotRead) {
  expect_changed_refused(0, 'x', "0: not an HDF5 file.");
  expect_changed_refused(8, 1, "8: the superblock's version is not read (expected 0, 2 or 3, found 1).");
  expect_changed_refused(13, 4,
                         "13: addresses and lengths of that size are not read (expected 8 bytes, found 4).");
  expect_changed_refused(14, 4,
                         "14: addresses and lengths of that size are not read (expected 8 bytes, found 4).");
  expect_changed_refused(25, 2, "24: the file has a user block (expected base address 0, found 512).");
  expect_changed_refused(32, 0, "32: a table of free space is not read.");
  expect_changed_refused(48, 0, "48: the file is one part of several (it has a driver block).");
  Opened nothing({});
  expect_refused(
      [&] { read_superblock(nothing.source); },
      "0: the superblock reaches beyond the end (expected 9 bytes, found 0). Is the file complete?");
}

}  // namespace
}  // namespace regulus::io::hdf5
