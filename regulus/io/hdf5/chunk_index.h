// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "regulus/io/hdf5/source.h"

namespace regulus::io::hdf5 {

/// How an array is cut: chunk `n` of the grid, counted row by row, begins at a multiple of a chunk's lengths.
struct ChunkGrid {
  std::vector<std::uint64_t> lengths;  ///< of the array
  std::vector<std::uint64_t> most;     ///< that it may grow to
  std::vector<std::uint64_t> chunk;    ///< of a chunk
  std::uint64_t bytes = 0;             ///< of a chunk

  std::uint64_t count(std::size_t axis) const { return (lengths[axis] + chunk[axis] - 1) / chunk[axis]; }
};

/// Where a chunk is stored.
struct StoredChunk {
  std::uint64_t number;   ///< in the grid
  std::uint64_t address;  ///< kUndefined if it was never written
  std::uint64_t bytes;
  std::uint32_t skipped;  ///< bit i: filter i was not applied
};

/// Of the B-tree (version 1) at `address`.
std::vector<StoredChunk> read_chunk_tree(Source& source, const ChunkGrid& grid, std::uint64_t address);
/// Of the fixed array at `address`, which counts the chunks of the array at its longest. `is_filtered`: its
/// elements give sizes and masks, too.
std::vector<StoredChunk> read_fixed_array(Source& source, const ChunkGrid& grid, std::uint64_t address,
                                          bool is_filtered);
/// Of chunks that lie one behind the other from `address` on, none left out.
std::vector<StoredChunk> implicit_chunks(const Source& source, const ChunkGrid& grid, std::uint64_t address,
                                         const ByteReader& at);

}  // namespace regulus::io::hdf5
