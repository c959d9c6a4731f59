// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/hdf5/chunks.h"

#include "regulus/io/hdf5/checksum.h"
#include "unit/io/hdf5/files.h"

namespace regulus::io::hdf5 {
namespace {

// Five elements of one byte in chunks of two, the newest layout: index and address come in each test.
Little new_layout(int index, int flags = 0) {
  return Little().u8(4).u8(2).u8(flags).u8(2).u8(1).u8(2).u8(1).u8(index);
}

std::string read(const Bytes& bytes, std::vector<std::uint64_t> lengths, const Limits& limits = {}) {
  Opened file(bytes, limits);
  std::uint64_t size = 1;
  for (const std::uint64_t length : lengths) size *= length;
  const auto array = read_chunks(file.source, file.reader, {}, {lengths, lengths}, 1, size);
  return {array.begin(), array.end()};
}

TEST(Hdf5Chunks, AreToldByTheLayout) {
  for (const auto& [message, wanted] :
       {std::pair(Little().u8(1).u8(2).u8(2), true), std::pair(Little().u8(3).u8(2), true),
        std::pair(Little().u8(5).u8(2), true), std::pair(Little().u8(3).u8(1), false),
        std::pair(Little().u8(1).u8(2).u8(1), false), std::pair(Little().u8(9).u8(2), false)}) {
    Opened file(message.bytes);
    EXPECT_EQ(is_chunked(file.reader), wanted);
  }
}

TEST(Hdf5Chunks, OneBehindTheOther) {
  EXPECT_EQ(read(new_layout(2).u64(32).pad(32).text("abcdeX").bytes, {5}), "abcde");
  EXPECT_EQ(read(new_layout(1).u64(32).pad(32).text("ab").bytes, {2}), "ab");
  EXPECT_EQ(read(new_layout(1).u64(32).pad(32).text("ab").bytes, {1}), "a");
  // Chunks of 2 x 2 in 3 x 3, row by row.
  const Little square = Little().u8(4).u8(2).u8(0).u8(3).u8(1).u8(2).u8(2).u8(1).u8(2).u64(32);
  EXPECT_EQ(read(Little(square).pad(32).text("abdecXfXghXXiXXX").bytes, {3, 3}), "abcdefghi");
}

// Flag 1: what reaches beyond the array is stored without filters.
TEST(Hdf5Chunks, TheEdgeMayBeWhole) {
  Little message = new_layout(3, 1).u8(10).u64(32).pad(32);
  message.text("FAHD").u8(0).u8(1).u8(13).u8(10).u64(3).u64(60);
  message.u32(lookup3(std::span(message.bytes).subspan(32)));
  message.text("FADB").u8(0).u8(1).u64(32);
  for (std::uint64_t i = 0; i < 3; ++i) message.u64(117 + 6 * i).u8(i < 2 ? 6 : 2).u32(0);
  message.u32(lookup3(std::span(message.bytes).subspan(60)));
  ASSERT_EQ(message.bytes.size(), 117u);
  for (const char* word : {"ab", "cd"}) {
    message.text(word);
    message.u32(fletcher32(std::span(message.bytes).last(2)));
  }
  message.text("eX");
  Opened file(message.bytes);
  const std::vector<Filter> filters = {{FilterKind::kFletcher32}};
  const auto array = read_chunks(file.source, file.reader, filters, {{5}, {5}}, 1, 5);
  EXPECT_EQ(std::string(array.begin(), array.end()), "abcde");
}

// A file may unpack to a hundred times its size, or to 64 MiB.
TEST(Hdf5Chunks, BombsAreRefused) {
  Opened file(Bytes(62), {.expansion = 2, .small = 100});
  const std::vector<Filter> filters = {{FilterKind::kDeflate}};
  const Bytes layout =
      Little().u8(4).u8(2).u8(2).u8(2).u8(2).u16(200).u16(1).u8(1).u64(30).u32(0).u64(32).bytes;
  const ByteReader reader(layout, file.where);
  expect_refused(
      [&] {
        read_chunks(file.source, reader, filters, {{200}, {200}}, 1, 200);
      },
      "0: the arrays unpack to too many bytes for such a file (a bomb?) (expected at most 124, found "
      "400).");
}

TEST(Hdf5Chunks, WhatIsNotRead) {
  const auto refused = [](const Bytes& bytes, std::vector<std::uint64_t> lengths,
                          const std::string& problem) {
    expect_refused([&] { read(bytes, lengths, {.memory = 1000}); }, problem);
  };
  refused(Little().u8(3).u8(2).u8(3).u64(0).u32(1).bytes, {5},
          "11: a chunk has another number of axes than its array (expected 2, found 3).");
  refused(Little().u8(3).u8(2).u8(2).u64(0).u32(0).u32(1).bytes, {5}, "11: a chunk has an axis of length 0.");
  refused(Little().u8(3).u8(2).u8(2).u64(0).u32(2).u32(2).bytes, {5},
          "11: a chunk's elements are of another size than the array's (expected 1, found 2).");
  refused(Little().u8(3).u8(2).u8(2).u64(0).u32(1001).u32(1).bytes, {5},
          "11: a chunk is too large for this machine's memory (expected at most 1000 bytes, found more).");
  refused(Little().u8(4).u8(2).u8(4).bytes, {5}, "2: the data layout's flags are not read (found 4).");
  refused(Little().u8(4).u8(2).u8(0).u8(2).u8(9).bytes, {5},
          "5: lengths of that size are not read (expected 1 to 8, found 9).");
  refused(
      new_layout(4).bytes, {5},
      "7: chunks of an array without a largest size are not read in the newest format. Write the file with "
      "libver=\"earliest\", or without maxshape.");
  refused(new_layout(6).bytes, {5}, "7: the index of chunks is not read (expected 1 to 5, found 6).");
  refused(new_layout(2).u64(kUndefined).bytes, {5}, "0: an array was never written.");
  refused(new_layout(2).u64(32).bytes, {99}, "0: an array has more chunks than the file has bytes.");
  refused(new_layout(1).u64(0).pad(32).bytes, {5}, "0: an array of one chunk is longer than it.");
  refused(new_layout(2).u64(32).pad(32).text("abcde").bytes, {5},
          "32: an array reaches beyond the end (expected 6 bytes, found 5). Is the file complete?");
}

}  // namespace
}  // namespace regulus::io::hdf5
