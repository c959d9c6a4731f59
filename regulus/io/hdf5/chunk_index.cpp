// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/hdf5/chunk_index.h"

#include <optional>
#include <string>

#include "regulus/io/hdf5/checksum.h"
#include "regulus/io/hdf5/superblock.h"
#include "regulus/io/hdf5/tree_node.h"

namespace regulus::io::hdf5 {
namespace {

constexpr const char* kNode = "a B-tree node of chunks";
constexpr const char* kHeader = "a fixed array of chunks";
constexpr const char* kBlock = "a fixed array's block";
constexpr std::uint64_t kHeaderBytes = 28;
constexpr std::uint64_t kBlockPrefixBytes = 14;
constexpr std::uint64_t kChecksumBytes = 4;

// ---- a B-tree of version 1 ----

class TreeWalk {
 public:
  TreeWalk(Source& source, const ChunkGrid& grid) : source_(source), grid_(grid) {}

  // A node's children are one level below it; level 0 has chunks.
  void node(std::uint64_t address, int expected_level) {
    const auto [level, num_children] =
        read_tree_node(source_, address, 1, "the B-tree is not one of chunks", expected_level, kNode);
    const std::uint64_t key_bytes = 8 + 8 * (grid_.chunk.size() + 1);
    ByteReader node =
        source_.claim(address, TreeNode::kPrefixBytes + (key_bytes + 8) * num_children + key_bytes, kNode);
    node.skip(TreeNode::kPrefixBytes, kNode);
    for (std::uint64_t i = 0; i < num_children; ++i) {
      ByteReader key = node.part(node.offset(), key_bytes, kNode);
      node.skip(key_bytes, kNode);
      const auto child = node.little<std::uint64_t>(kNode);
      if (level > 0)
        this->node(child, level - 1);
      else
        chunks.push_back(chunk(key, child));
    }
  }

  std::vector<StoredChunk> chunks;

 private:
  StoredChunk chunk(ByteReader& key, std::uint64_t address) const {
    StoredChunk out = {.number = 0, .address = address, .bytes = 0, .skipped = 0};
    out.bytes = key.little<std::uint32_t>(kNode);
    out.skipped = key.little<std::uint32_t>(kNode);
    for (std::size_t axis = 0; axis < grid_.chunk.size(); ++axis) {
      const std::uint64_t at = key.offset();
      const auto begin = key.little<std::uint64_t>(kNode);
      if (begin >= grid_.lengths[axis] || begin % grid_.chunk[axis] != 0)
        key.fail_at(at, "a chunk begins where none can be",
                    "a multiple of " + std::to_string(grid_.chunk[axis]) + " below " +
                        std::to_string(grid_.lengths[axis]),
                    std::to_string(begin));
      out.number = out.number * grid_.count(axis) + begin / grid_.chunk[axis];
    }
    if (key.little<std::uint64_t>(kNode) != 0) key.fail("a chunk begins inside an element");
    return out;
  }

  Source& source_;
  const ChunkGrid& grid_;
};

// ---- indexes that count the chunks of the array at its longest ----

std::uint64_t most_count(const ChunkGrid& grid, std::size_t axis) {
  return grid.most[axis] / grid.chunk[axis] + (grid.most[axis] % grid.chunk[axis] != 0 ? 1 : 0);
}

std::uint64_t all_most_counts(const ChunkGrid& grid, const ByteReader& at) {
  std::uint64_t product = 1;
  for (std::size_t axis = 0; axis < grid.chunk.size(); ++axis)
    if (!checked_multiply(product, most_count(grid, axis), product))
      at.fail("an array of so many chunks is not read");
  return product;
}

// The number of a chunk in the array as it is; nothing for one that it may grow to.
std::optional<std::uint64_t> number_now(const ChunkGrid& grid, std::uint64_t index) {
  std::uint64_t number = 0, stride = 1;
  for (std::size_t axis = grid.chunk.size(); axis-- > 0;) {
    const std::uint64_t place = index % most_count(grid, axis);
    index /= most_count(grid, axis);
    if (place >= grid.count(axis)) return {};
    number += place * stride;
    stride *= grid.count(axis);
  }
  return number;
}

// What the header of a fixed array says.
struct FixedArray {
  std::uint64_t header, block, count, item_bytes, page_items;
  bool is_filtered;

  bool has_pages() const { return count > page_items; }
  std::uint64_t num_pages() const { return has_pages() ? (count - 1) / page_items + 1 : 0; }
};

FixedArray read_header(Source& source, std::uint64_t address, bool is_filtered) {
  ByteReader header = source.claim(address, kHeaderBytes, kHeader);
  require_checksum(header, kHeader);
  require_signature(header, "FAHD", kHeader);
  require_version(header, 0, kHeader);
  if (header.little<std::uint8_t>(kHeader) != (is_filtered ? 1 : 0))
    header.fail_at(5, "the chunks' index does not fit their filters");
  FixedArray array = {.header = address,
                      .block = 0,
                      .count = 0,
                      .item_bytes = 0,
                      .page_items = 0,
                      .is_filtered = is_filtered};
  array.item_bytes = header.little<std::uint8_t>(kHeader);
  if (is_filtered ? array.item_bytes < 13 || array.item_bytes > 20 : array.item_bytes != 8)
    header.fail_at(6, "the entries of the chunks' index are of a size that is not read",
                   is_filtered ? "13 to 20" : "8", std::to_string(array.item_bytes));
  const auto page_bits = header.little<std::uint8_t>(kHeader);
  if (page_bits > 31) header.fail_at(7, "the pages of the chunks' index are too large");
  array.page_items = std::uint64_t{1} << page_bits;
  array.count = header.little<std::uint64_t>(kHeader);
  array.block = header.little<std::uint64_t>(kHeader);
  return array;
}

// The bytes from the block's first one on, pages and checksums and all.
ByteReader claim_block(Source& source, const FixedArray& array, const ByteReader& at) {
  std::uint64_t items = 0, size = 0;
  const std::uint64_t rest =
      kBlockPrefixBytes + kChecksumBytes + (array.num_pages() + 7) / 8 + kChecksumBytes * array.num_pages();
  if (!checked_multiply(array.count, array.item_bytes, items) || !checked_add(items, rest, size))
    at.fail("an array of so many chunks is not read");
  return source.claim(array.block, size, kBlock);
}

StoredChunk read_entry(ByteReader& items, const FixedArray& array, const ChunkGrid& grid,
                       std::uint64_t number) {
  StoredChunk out = {.number = number, .address = 0, .bytes = grid.bytes, .skipped = 0};
  out.address = items.little<std::uint64_t>(kBlock);
  if (!array.is_filtered) return out;
  out.bytes = 0;
  for (std::uint64_t i = 0; i < array.item_bytes - 12; ++i)
    out.bytes |= std::uint64_t{items.little<std::uint8_t>(kBlock)} << 8 * i;
  out.skipped = items.little<std::uint32_t>(kBlock);
  return out;
}

// Entries `begin` to `end` of the array, as they lie in `items`.
void read_entries(std::vector<StoredChunk>& chunks, ByteReader items, const FixedArray& array,
                  const ChunkGrid& grid, std::uint64_t begin, std::uint64_t end) {
  for (std::uint64_t index = begin; index < end; ++index) {
    if (const auto number = number_now(grid, index))
      chunks.push_back(read_entry(items, array, grid, *number));
    else
      items.skip(array.item_bytes, kBlock);
  }
}

}  // namespace

std::vector<StoredChunk> read_chunk_tree(Source& source, const ChunkGrid& grid, std::uint64_t address) {
  TreeWalk walk(source, grid);
  walk.node(address, -1);
  return std::move(walk.chunks);
}

std::vector<StoredChunk> read_fixed_array(Source& source, const ChunkGrid& grid, std::uint64_t address,
                                          bool is_filtered) {
  const FixedArray array = read_header(source, address, is_filtered);
  const ByteReader at = source.look(address, 0, kHeader);
  if (const std::uint64_t wanted = all_most_counts(grid, at); array.count != wanted)
    at.fail("the chunks' index does not fit the array", std::to_string(wanted) + " chunks",
            std::to_string(array.count));
  const ByteReader block = claim_block(source, array, at);
  const std::uint64_t map_bytes = (array.num_pages() + 7) / 8;
  const std::uint64_t front = kBlockPrefixBytes + map_bytes;
  const std::uint64_t first_bytes =
      front + (array.has_pages() ? 0 : array.count * array.item_bytes) + kChecksumBytes;
  ByteReader prefix = block.part(0, first_bytes, kBlock);
  require_checksum(prefix, kBlock);
  require_signature(prefix, "FADB", kBlock);
  require_version(prefix, 0, kBlock);
  prefix.skip(1, kBlock);
  if (prefix.little<std::uint64_t>(kBlock) != array.header)
    prefix.fail_at(6, "a fixed array's block belongs to another array");
  std::vector<StoredChunk> chunks;
  if (!array.has_pages()) {
    read_entries(chunks, block.part(front, array.count * array.item_bytes, kBlock), array, grid, 0,
                 array.count);
    return chunks;
  }
  const auto written = prefix.take(map_bytes, kBlock);  // bit by bit, the most significant first
  std::uint64_t page_at = first_bytes;
  for (std::uint64_t page = 0; page < array.num_pages(); ++page) {
    const std::uint64_t begin = page * array.page_items;
    const std::uint64_t end = std::min(begin + array.page_items, array.count);
    const std::uint64_t bytes = (end - begin) * array.item_bytes;
    // Of a page that was never written no chunk is there, which whoever looks for it finds out.
    if ((written[page / 8] >> (7 - page % 8) & 1) != 0) {
      ByteReader whole = block.part(page_at, bytes + kChecksumBytes, kBlock);
      require_checksum(whole, kBlock);
      read_entries(chunks, whole.part(0, bytes, kBlock), array, grid, begin, end);
    }
    page_at += bytes + kChecksumBytes;
  }
  return chunks;
}

std::vector<StoredChunk> implicit_chunks(const Source& source, const ChunkGrid& grid, std::uint64_t address,
                                         const ByteReader& at) {
  const std::uint64_t count = all_most_counts(grid, at);
  std::uint64_t bytes = 0;
  if (!checked_multiply(count, grid.bytes, bytes)) at.fail("an array of so many chunks is not read");
  source.look(address, bytes, "an array");
  std::vector<StoredChunk> chunks;
  for (std::uint64_t index = 0; index < count; ++index)
    if (const auto number = number_now(grid, index))
      chunks.push_back({*number, address + index * grid.bytes, grid.bytes, 0});
  return chunks;
}

}  // namespace regulus::io::hdf5
