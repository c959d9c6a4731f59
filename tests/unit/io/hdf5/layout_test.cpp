// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/hdf5/layout.h"

#include "unit/io/hdf5/files.h"

namespace regulus::io::hdf5 {
namespace {

// A file of a message and, from byte 32 on, four bytes of data.
Bytes file_of(Little message) {
  return message.pad(32).text("data").bytes;
}
std::string data_of(const Little& message, std::uint64_t size = 4) {
  Opened file(file_of(message));
  const auto bytes = read_layout(file.source, file.reader, size);
  return {bytes.begin(), bytes.end()};
}

// Specification IV.A.2.i.
TEST(Hdf5Layout, EveryVersion) {
  for (const int version : {1, 2}) {
    EXPECT_EQ(data_of(Little().u8(version).u8(1).u8(1).pad(8).u64(32).u32(4)), "data");
    EXPECT_EQ(data_of(Little().u8(version).u8(1).u8(0).pad(8).u32(4).u32(4).text("here")), "here");
  }
  for (const int version : {3, 4}) {
    EXPECT_EQ(data_of(Little().u8(version).u8(1).u64(32).u64(4)), "data");
    EXPECT_EQ(data_of(Little().u8(version).u8(0).u16(4).text("here")), "here");
  }
  EXPECT_EQ(data_of(Little().u8(3).u8(1).u64(kUndefined).u64(0), 0), "");
}

TEST(Hdf5Layout, WhatIsNotRead) {
  const auto refused = [](const Little& message, const std::string& problem) {
    expect_refused([&] { data_of(message); }, problem);
  };
  refused(Little().u8(5), "0: the data layout's version is not read (expected 1 to 4, found 5).");
  refused(Little().u8(4).u8(3), "1: a virtual dataset, whose data lie in other files, is not read.");
  refused(Little().u8(3).u8(9),
          "1: the data layout's class is not read (expected contiguous, compact or in chunks, found 9).");
  refused(Little().u8(3).u8(1).u64(32).u64(5),
          "10: an array's shape does not fit its bytes (expected 4, found 5).");
  refused(Little().u8(3).u8(0).u16(3).text("her"),
          "2: an array's shape does not fit its bytes (expected 4, found 3).");
  refused(Little().u8(3).u8(1).u64(kUndefined).u64(4), "2: an array was never written.");
  refused(Little().u8(3).u8(1).u64(33).u64(4),
          "33: an array reaches beyond the end (expected 4 bytes, found 3). Is the file complete?");
}

}  // namespace
}  // namespace regulus::io::hdf5
