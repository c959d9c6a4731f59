// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "regulus/io/hdf5/dataspace.h"
#include "regulus/io/hdf5/filters.h"
#include "regulus/io/hdf5/source.h"

namespace regulus::io::hdf5 {

/// True if a layout message says that the array lies in chunks.
bool is_chunked(ByteReader message);

/// The bytes of an array of `size` bytes that lies in chunks of equal lengths, each filtered on its own
/// (specification IV.A.2.i, class 2; III.A.1 type 1 for the old index, appendix C for the newer ones). Claims
/// the index and the chunks. Every chunk must be there: what was never written is an error. Allocates the
/// array only when every chunk is found, and is found long enough to hold its part.
std::vector<std::uint8_t> read_chunks(Source& source, ByteReader message, const std::vector<Filter>& filters,
                                      const Dataspace& space, std::uint64_t item_bytes, std::uint64_t size);

}  // namespace regulus::io::hdf5
