// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/hdf5/checksum.h"

#include "unit/io/hdf5/files.h"

namespace regulus::io::hdf5 {
namespace {

std::uint32_t of(std::string_view text) {
  return lookup3({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

// The values that lookup3.c's driver5 states: hashlittle with initial value 0.
TEST(Hdf5Checksum, PublishedValues) {
  EXPECT_EQ(of(""), 0xdeadbeefu);
  EXPECT_EQ(of("Four score and seven years ago"), 0x17770551u);
}

// Every length around the step of twelve bytes; the header of a file by h5py proves long ones.
TEST(Hdf5Checksum, EveryByteCounts) {
  std::string text;
  for (int length = 1; length < 40; ++length) {
    text.push_back(static_cast<char>('a' + length % 26));
    for (std::size_t i = 0; i < text.size(); ++i) {
      std::string other = text;
      other[i] ^= 1;
      EXPECT_NE(of(text), of(other)) << length << " " << i;
    }
  }
}

TEST(Hdf5Checksum, StandsInTheLastFourBytes) {
  Opened file(Little().text("Four score and seven years ago").u32(0x17770551).bytes);
  EXPECT_NO_THROW(require_checksum(file.reader, "a block"));
  EXPECT_EQ(file.reader.offset(), 0u);
  file.bytes[3] ^= 1;
  expect_refused([&] { require_checksum(file.reader, "a block"); },
                 "30: a block is damaged: its checksum differs.");
  Opened tiny({1, 2, 3});
  expect_refused([&] { require_checksum(tiny.reader, "a block"); },
                 "0: the end comes before a block (expected 4 bytes, found 3). Is the file complete?");
}

}  // namespace
}  // namespace regulus::io::hdf5
