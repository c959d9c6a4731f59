// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/hdf5/chunk_index.h"

#include "regulus/io/hdf5/checksum.h"
#include "unit/io/hdf5/files.h"

namespace regulus::io::hdf5 {
namespace {

// Five elements of one byte in chunks of two.
const ChunkGrid kGrid = {{5}, {5}, {2}, 2};

std::string said(const std::vector<StoredChunk>& chunks) {
  std::string out;
  for (const StoredChunk& chunk : chunks)
    out += std::to_string(chunk.number) + " at " + std::to_string(chunk.address) + ": " +
           std::to_string(chunk.bytes) + "; ";
  return out;
}

std::string tree(const Little& node, std::uint64_t address = 0, const ChunkGrid& grid = kGrid) {
  Opened file(node.bytes);
  return said(read_chunk_tree(file.source, grid, address));
}

Little node(int level, int count) {
  return Little()
      .text("TREE")
      .u8(1)
      .u8(level)
      .u16(static_cast<std::uint64_t>(count))
      .u64(kUndefined)
      .u64(kUndefined);
}
// Bytes and mask of a chunk, its begin, and 0 inside its elements.
Little& key(Little& out, std::uint64_t begin) {
  return out.u32(2).u32(0).u64(begin).u64(0);
}

// Specification III.A.1, nodes of type 1.
TEST(Hdf5ChunkIndex, Tree) {
  Little leaf = node(0, 2);
  key(key(key(leaf, 0).u64(500), 4).u64(600), 6);
  EXPECT_EQ(tree(leaf), "0 at 500: 2; 2 at 600: 2; ");
  Little root = node(1, 1);
  key(key(root, 0).u64(200), 6).pad(200);
  root.bytes.insert(root.bytes.end(), leaf.bytes.begin(), leaf.bytes.end());
  EXPECT_EQ(tree(root), "0 at 500: 2; 2 at 600: 2; ");
}

TEST(Hdf5ChunkIndex, TreesThatAreNone) {
  const auto refused = [](Little leaf, const std::string& problem) {
    expect_refused([&] { tree(leaf.pad(200)); }, problem);
  };
  refused(Little().text("TREE").u8(0), "4: the B-tree is not one of chunks.");
  refused(node(33, 0), "5: the B-tree's level is wrong (expected at most 32, found 33).");
  Little odd = node(0, 1), far = node(0, 1), inside = node(0, 1), circle = node(1, 1);
  refused(key(odd, 3), "32: a chunk begins where none can be (expected a multiple of 2 below 5, found 3).");
  refused(key(far, 6), "32: a chunk begins where none can be (expected a multiple of 2 below 5, found 6).");
  refused(inside.u32(2).u32(0).u64(0).u64(1), "48: a chunk begins inside an element.");
  refused(key(circle, 0).u64(0), "5: the B-tree's level is wrong (expected 0, found 1).");
}

void put_checksum(Little& out, std::size_t begin) {
  out.u32(lookup3(std::span(out.bytes).subspan(begin)));
}
// Header at 0, block at 28.
Little header(std::uint64_t count, int page_bits = 10, int item_bytes = 8, int client = 0) {
  Little out = Little().text("FAHD").u8(0).u8(client).u8(item_bytes).u8(page_bits).u64(count).u64(28);
  put_checksum(out, 0);
  return out;
}
std::string fixed(const Little& bytes, const ChunkGrid& grid = kGrid, bool is_filtered = false) {
  Opened file(bytes.bytes);
  return said(read_fixed_array(file.source, grid, 0, is_filtered));
}

// Appendix C of the specification (version 3): the fixed array.
TEST(Hdf5ChunkIndex, FixedArray) {
  Little plain = header(3).text("FADB").u8(0).u8(0).u64(0).u64(500).u64(600).u64(700);
  put_checksum(plain, 28);
  EXPECT_EQ(fixed(plain), "0 at 500: 2; 1 at 600: 2; 2 at 700: 2; ");
  // The array may grow to four chunks; the last is none of it yet.
  Little longer = header(4).text("FADB").u8(0).u8(0).u64(0).u64(500).u64(600).u64(700).u64(kUndefined);
  put_checksum(longer, 28);
  EXPECT_EQ(fixed(longer, {{5}, {8}, {2}, 2}), "0 at 500: 2; 1 at 600: 2; 2 at 700: 2; ");
  Little filtered = header(3, 10, 13, 1).text("FADB").u8(0).u8(1).u64(0);
  for (std::uint64_t i = 0; i < 3; ++i) filtered.u64(500 + i).u8(9).u32(1);
  put_checksum(filtered, 28);
  EXPECT_EQ(fixed(filtered, kGrid, true), "0 at 500: 9; 1 at 501: 9; 2 at 502: 9; ");
}

TEST(Hdf5ChunkIndex, FixedArrayInPages) {
  Little pages = header(3, 1).text("FADB").u8(0).u8(0).u64(0).u8(0xc0);
  put_checksum(pages, 28);
  const std::size_t first = pages.bytes.size();
  put_checksum(pages.u64(500).u64(600), first);
  const std::size_t second = pages.bytes.size();
  put_checksum(pages.u64(700), second);
  EXPECT_EQ(fixed(pages), "0 at 500: 2; 1 at 600: 2; 2 at 700: 2; ");
}

TEST(Hdf5ChunkIndex, FixedArraysThatAreNone) {
  const auto refused = [](const Little& bytes, const std::string& problem) {
    expect_refused([&] { fixed(bytes); }, problem);
  };
  Little damaged = header(3);
  damaged.bytes[8] ^= 1;
  refused(damaged, "24: a fixed array of chunks is damaged: its checksum differs.");
  refused(header(2), "0: the chunks' index does not fit the array (expected 3 chunks, found 2).");
  refused(header(3, 10, 13),
          "6: the entries of the chunks' index are of a size that is not read (expected 8, found 13).");
  refused(header(3, 10, 8, 1), "5: the chunks' index does not fit their filters.");
  refused(header(3, 32), "7: the pages of the chunks' index are too large.");
  refused(
      header(3),
      "28: a fixed array's block reaches beyond the end (expected 42 bytes, found 0). Is the file complete?");
  Little other = header(3).text("FADB").u8(0).u8(0).u64(1).u64(500).u64(600).u64(700);
  put_checksum(other, 28);
  refused(other, "34: a fixed array's block belongs to another array.");
}

TEST(Hdf5ChunkIndex, ChunksInARow) {
  Opened file(Bytes(20));
  EXPECT_EQ(said(implicit_chunks(file.source, kGrid, 10, file.reader)),
            "0 at 10: 2; 1 at 12: 2; 2 at 14: 2; ");
  // Of 2 x 2 chunks that the array may grow to, it has the left ones.
  EXPECT_EQ(said(implicit_chunks(file.source, {{2, 1}, {2, 2}, {1, 1}, 1}, 0, file.reader)),
            "0 at 0: 1; 1 at 2: 1; ");
  expect_refused([&] { implicit_chunks(file.source, kGrid, 15, file.reader); },
                 "15: an array reaches beyond the end (expected 6 bytes, found 5). Is the file complete?");
  const std::uint64_t far = std::uint64_t{1} << 62;
  expect_refused(
      [&] {
        implicit_chunks(file.source, {{1, 1}, {far, far}, {1, 1}, 1}, 0, file.reader);
      },
      "0: an array of so many chunks is not read.");
}

}  // namespace
}  // namespace regulus::io::hdf5
