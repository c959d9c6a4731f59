// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/hdf5/chunks.h"

#include <algorithm>
#include <string>

#include "regulus/base/memory.h"
#include "regulus/io/hdf5/chunk_index.h"

namespace regulus::io::hdf5 {
namespace {

constexpr const char* kWhat = "a data layout";
constexpr const char* kChunk = "a chunk of an array";
constexpr std::uint8_t kChunked = 2;
// Flags of the newer layouts.
constexpr std::uint8_t kWholeAtTheEdge = 1;  // chunks that reach beyond the array are not filtered
constexpr std::uint8_t kSingleFiltered = 2;
constexpr std::uint8_t kKnownFlags = kWholeAtTheEdge | kSingleFiltered;

enum Index : std::uint8_t { kTree1 = 0, kSingle = 1, kImplicit = 2, kFixed = 3, kExtensible = 4, kTree2 = 5 };

struct Layout {
  ChunkGrid grid;
  Index index = kTree1;
  std::uint8_t flags = 0;
  std::uint64_t address = kUndefined;
  std::uint64_t single_bytes = 0;  // of the only chunk, where it is filtered
  std::uint32_t single_skipped = 0;
};

// The lengths of a chunk, each in `bytes` bytes, and of an element.
void read_lengths(Layout& layout, ByteReader& message, std::uint64_t num_lengths, std::uint64_t bytes,
                  std::uint64_t item_bytes, const Source& source) {
  const std::uint64_t at = message.offset();
  if (num_lengths != layout.grid.lengths.size() + 1)
    message.fail("a chunk has another number of axes than its array",
                 std::to_string(layout.grid.lengths.size() + 1), std::to_string(num_lengths));
  std::uint64_t product = 1;
  for (std::uint64_t axis = 0; axis < num_lengths; ++axis) {
    std::uint64_t length = 0;
    for (std::uint64_t i = 0; i < bytes; ++i)
      length |= std::uint64_t{message.little<std::uint8_t>(kWhat)} << 8 * i;
    if (length == 0) message.fail_at(at, "a chunk has an axis of length 0");
    if (!checked_multiply(product, length, product) || product > source.limits().memory ||
        product > INT64_MAX)
      message.fail_at(at, "a chunk is too large for this machine's memory",
                      "at most " + std::to_string(source.limits().memory) + " bytes", "more");
    layout.grid.chunk.push_back(length);
  }
  if (layout.grid.chunk.back() != item_bytes)
    message.fail_at(at, "a chunk's elements are of another size than the array's", std::to_string(item_bytes),
                    std::to_string(layout.grid.chunk.back()));
  layout.grid.chunk.pop_back();
  layout.grid.bytes = product;
}

// Versions 1 and 2 have the number of axes in front of the class, 3 behind it; all have a B-tree.
void read_old(Layout& layout, ByteReader& message, int version, std::uint64_t item_bytes,
              const Source& source) {
  std::uint64_t num_lengths = message.little<std::uint8_t>(kWhat);
  if (version == 3)
    num_lengths = message.little<std::uint8_t>(kWhat);
  else
    message.skip(6, kWhat);
  layout.address = message.little<std::uint64_t>(kWhat);
  read_lengths(layout, message, num_lengths, 4, item_bytes, source);
}

void read_new(Layout& layout, ByteReader& message, std::uint64_t item_bytes, const Source& source) {
  message.skip(1, kWhat);
  const std::uint64_t flags_at = message.offset();
  layout.flags = message.little<std::uint8_t>(kWhat);
  if ((layout.flags & ~kKnownFlags) != 0)
    message.fail_at(flags_at, "the data layout's flags are not read", "", std::to_string(layout.flags));
  const std::uint64_t num_lengths = message.little<std::uint8_t>(kWhat);
  const std::uint64_t bytes = message.little<std::uint8_t>(kWhat);
  if (bytes < 1 || bytes > 8)
    message.fail("lengths of that size are not read", "1 to 8", std::to_string(bytes));
  read_lengths(layout, message, num_lengths, bytes, item_bytes, source);
  const std::uint64_t index_at = message.offset();
  const auto index = message.little<std::uint8_t>(kWhat);
  if (index == kExtensible || index == kTree2)
    message.fail_at(index_at, "chunks of an array without a largest size are not read in the newest format",
                    "", "", "Write the file with libver=\"earliest\", or without maxshape.");
  if (index < kSingle || index > kTree2)
    message.fail_at(index_at, "the index of chunks is not read", "1 to 5", std::to_string(index));
  layout.index = static_cast<Index>(index);
  if (layout.index == kSingle && (layout.flags & kSingleFiltered) != 0) {
    layout.single_bytes = message.little<std::uint64_t>(kWhat);
    layout.single_skipped = message.little<std::uint32_t>(kWhat);
  }
  if (layout.index == kFixed) message.skip(1, kWhat);  // the pages' size, which the array's header repeats
  layout.address = message.little<std::uint64_t>(kWhat);
}

Layout read_layout(const Source& source, ByteReader message, const Dataspace& space,
                   std::uint64_t item_bytes) {
  Layout layout;
  layout.grid.lengths = space.lengths;
  layout.grid.most = space.most;
  const int version = message.little<std::uint8_t>(kWhat);
  if (version >= 4)
    read_new(layout, message, item_bytes, source);
  else
    read_old(layout, message, version, item_bytes, source);
  return layout;
}

std::vector<StoredChunk> stored_chunks(Source& source, const Layout& layout, bool is_filtered,
                                       const ByteReader& at) {
  switch (layout.index) {
    case kSingle: {
      const bool sized = (layout.flags & kSingleFiltered) != 0;
      return {{0, layout.address, sized ? layout.single_bytes : layout.grid.bytes, layout.single_skipped}};
    }
    case kImplicit:
      return implicit_chunks(source, layout.grid, layout.address, at);
    case kFixed:
      return read_fixed_array(source, layout.grid, layout.address, is_filtered);
    default:
      return read_chunk_tree(source, layout.grid, layout.address);
  }
}

// Each place of the grid has a chunk, and one only; sorted by number.
void require_all(std::vector<StoredChunk>& chunks, std::uint64_t count, const ByteReader& at) {
  std::sort(chunks.begin(), chunks.end(),
            [](const StoredChunk& a, const StoredChunk& b) { return a.number < b.number; });
  for (std::size_t i = 0; i < chunks.size(); ++i)
    if (i > 0 && chunks[i].number == chunks[i - 1].number) at.fail("an array has a chunk twice");
  const bool undefined = std::any_of(chunks.begin(), chunks.end(),
                                     [](const StoredChunk& chunk) { return chunk.address == kUndefined; });
  if (undefined || chunks.size() != count)
    at.fail("a part of an array was never written", std::to_string(count) + " chunks",
            undefined ? "fewer" : std::to_string(chunks.size()));
}

// Where a chunk begins in the array, axis by axis.
std::vector<std::uint64_t> begin_of(const ChunkGrid& grid, std::uint64_t number) {
  std::vector<std::uint64_t> begin(grid.chunk.size());
  for (std::size_t axis = begin.size(); axis-- > 0;) {
    begin[axis] = number % grid.count(axis) * grid.chunk[axis];
    number /= grid.count(axis);
  }
  return begin;
}

bool is_at_the_edge(const ChunkGrid& grid, const std::vector<std::uint64_t>& begin) {
  for (std::size_t axis = 0; axis < begin.size(); ++axis)
    if (begin[axis] + grid.chunk[axis] > grid.lengths[axis]) return true;
  return false;
}

// Copies what of a chunk lies in the array, run by run along the last axis.
void place(std::span<const std::uint8_t> chunk, const ChunkGrid& grid,
           const std::vector<std::uint64_t>& begin, std::uint64_t item_bytes,
           std::vector<std::uint8_t>& array) {
  const std::size_t rank = begin.size();
  std::vector<std::uint64_t> inside(rank), at(rank, 0);
  for (std::size_t axis = 0; axis < rank; ++axis)
    inside[axis] = std::min(grid.chunk[axis], grid.lengths[axis] - begin[axis]);
  for (;;) {
    std::uint64_t from = 0, to = 0;
    for (std::size_t axis = 0; axis < rank; ++axis) {
      from = from * grid.chunk[axis] + at[axis];
      to = to * grid.lengths[axis] + begin[axis] + at[axis];
    }
    const auto run = chunk.subspan(from * item_bytes, inside[rank - 1] * item_bytes);
    std::copy(run.begin(), run.end(), array.begin() + static_cast<std::ptrdiff_t>(to * item_bytes));
    std::size_t axis = rank - 1;  // the last one is copied at once
    while (axis > 0 && ++at[axis - 1] == inside[axis - 1]) at[--axis] = 0;
    if (axis == 0) return;
  }
}

}  // namespace

bool is_chunked(ByteReader message) {
  const int version = message.little<std::uint8_t>(kWhat);
  if (version < 1 || version > 5) return false;
  if (version <= 2) message.skip(1, kWhat);
  return message.little<std::uint8_t>(kWhat) == kChunked;
}

std::vector<std::uint8_t> read_chunks(Source& source, ByteReader message, const std::vector<Filter>& filters,
                                      const Dataspace& space, std::uint64_t item_bytes, std::uint64_t size) {
  const Layout layout = read_layout(source, message, space, item_bytes);
  if (size == 0) return {};
  if (layout.address == kUndefined) message.fail("an array was never written");
  std::uint64_t count = 1;
  for (std::size_t axis = 0; axis < space.lengths.size(); ++axis)
    if (!checked_multiply(count, layout.grid.count(axis), count) || count > source.size())
      message.fail("an array has more chunks than the file has bytes");
  if (layout.index == kSingle && count != 1) message.fail("an array of one chunk is longer than it");
  std::vector<StoredChunk> chunks = stored_chunks(source, layout, !filters.empty(), message);
  require_all(chunks, count, message);

  // All of it is proved before anything is allocated for it.
  Unfilter unfilter(filters, layout.grid.bytes);
  std::vector<ByteReader> stored;
  stored.reserve(chunks.size());
  for (StoredChunk& chunk : chunks) {
    if ((layout.flags & kWholeAtTheEdge) != 0 &&
        is_at_the_edge(layout.grid, begin_of(layout.grid, chunk.number)))
      chunk.skipped = ~std::uint32_t{0};
    stored.push_back(source.claim(chunk.address, chunk.bytes, kChunk));
    unfilter.require_possible(stored.back(), chunk.skipped);
  }
  source.count_unpacked(message, filters.empty() ? 0 : size + layout.grid.bytes);  // below 2^63 each
  require_memory_to_read(size + 2 * layout.grid.bytes, source.where(), "an array that lies in chunks");
  std::vector<std::uint8_t> array(static_cast<std::size_t>(size));
  for (std::size_t i = 0; i < chunks.size(); ++i)
    place(unfilter(stored[i], chunks[i].skipped), layout.grid, begin_of(layout.grid, chunks[i].number),
          item_bytes, array);
  return array;
}

}  // namespace regulus::io::hdf5
