// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/hdf5/global_heap.h"

#include "unit/io/hdf5/files.h"

namespace regulus::io::hdf5 {
namespace {

// Specification III.E: two objects and free space, whose index is 0.
Bytes heap(std::uint64_t second_index = 2, std::uint64_t second_size = 8) {
  Little file;
  file.text("GCOL").u8(1).pad(8).u64(88);
  file.u16(1).u16(1).u32(0).u64(3).text("abc").pad(40);
  file.u16(second_index).u16(1).u32(0).u64(second_size).text("12345678");
  file.u16(0).u16(0).u32(0).u64(24).pad(88);
  return file.bytes;
}

TEST(Hdf5GlobalHeap, ObjectsByIndex) {
  Opened file(heap());
  EXPECT_EQ(file.source.heap_text(0, 1), "abc");
  EXPECT_EQ(file.source.heap_text(0, 2), "12345678");
  expect_refused([&] { file.source.heap_text(0, 3); },
                 "0: the global heap's collection has no such object (found index 3).");
}

TEST(Hdf5GlobalHeap, ObjectsLieInTheirCollection) {
  Opened large(heap(2, 33));
  expect_refused(
      [&] { read_collection(large.source, 0); },
      "56: the end comes before an object of the global heap (expected 33 bytes, found 32). Is the file "
      "complete?");
  Opened wraps(heap(2, UINT64_MAX));
  EXPECT_THROW(read_collection(wraps.source, 0), DataError);
  Opened twice(heap(1));
  expect_refused([&] { read_collection(twice.source, 0); },
                 "40: the collection has an index twice (found 1).");
  Bytes bytes = heap();
  bytes[8] = 15;
  Opened small(bytes);
  expect_refused([&] { read_collection(small.source, 0); },
                 "8: the collection's size is too small (expected 16 or more, found 15).");
  bytes[8] = 89;
  Opened beyond(bytes);
  expect_refused(
      [&] { read_collection(beyond.source, 0); },
      "0: a collection of the global heap reaches beyond the end (expected 89 bytes, found 88). Is the "
      "file complete?");
}

TEST(Hdf5GlobalHeap, AStringIsNotUsedAgainAndAgain) {
  Opened file(heap());
  for (int i = 0; i < 11; ++i) EXPECT_EQ(file.source.heap_text(0, 2).size(), 8u);
  expect_refused([&] { file.source.heap_text(0, 2); },
                 "0: the strings are longer than the file: one is used again and again.");
}

}  // namespace
}  // namespace regulus::io::hdf5
