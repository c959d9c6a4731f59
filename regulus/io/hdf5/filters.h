// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "regulus/base/byte_reader.h"

namespace regulus::io::hdf5 {

/// What is done to the bytes of a chunk before they are stored (specification IV.A.2.l and its appendix).
enum class FilterKind : std::uint16_t {
  kDeflate = 1,    ///< zlib
  kShuffle = 2,    ///< the first bytes of all elements, then the second ones, …
  kFletcher32 = 3  ///< four bytes of checksum behind the others
};
struct Filter {
  FilterKind kind;
  std::uint64_t item_bytes = 0;  ///< of an element that is shuffled
};

/// The filters of a dataset in the order in which they were applied. Fails, by name, for every other one.
std::vector<Filter> read_filters(ByteReader message);

/// Takes the filters off chunks of one size. Views it returns stay until the next call.
class Unfilter {
 public:
  /// A chunk has `size` bytes before the first filter.
  Unfilter(const std::vector<Filter>& filters, std::uint64_t size) : filters_(filters), size_(size) {}

  /// Fails unless so many stored bytes can hold a chunk: nothing is allocated before that is known of all.
  /// Bit i of `skipped`: filter i was not applied to this chunk.
  void require_possible(const ByteReader& stored, std::uint32_t skipped) const;
  /// The chunk's bytes. Fails for damage: a checksum that differs, another size.
  std::span<const std::uint8_t> operator()(ByteReader stored, std::uint32_t skipped);

 private:
  const std::vector<Filter>& filters_;
  std::uint64_t size_;
  std::vector<std::uint8_t> one_, other_;
};

/// Of an even or odd number of bytes, as HDF5 sums it: words of two bytes, the more significant first.
std::uint32_t fletcher32(std::span<const std::uint8_t> bytes);

}  // namespace regulus::io::hdf5
