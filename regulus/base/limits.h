// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace regulus {

/// 80 % of the memory that this process may use: the machine's, or its control group's if that is less.
std::uint64_t memory_budget();

/// What a file may ask for. Every reader takes one; the defaults leave room for any honest file. A reader
/// allocates nothing for what a header promises before the bytes present can hold it, whatever stands here.
struct Limits {
  std::size_t rank = 8;                               ///< axes of an array
  std::int64_t length = (std::int64_t{1} << 31) - 1;  ///< of one axis
  std::size_t tensors = 100'000;                      ///< arrays in a file
  std::size_t layers = 10'000;                        ///< of a model: each looks at the names of all others
  std::size_t name_bytes = 1'024;                     ///< of a name, in UTF-8
  std::size_t members = 10'000;                       ///< of a zip archive
  std::size_t line_bytes = std::size_t{16} << 20;     ///< of a line of text
  std::uint64_t memory = memory_budget();             ///< bytes that all arrays of a file take together
  std::uint64_t expansion = 100;                      ///< times its size that a packed file may unpack to …
  std::uint64_t small = std::uint64_t{64} << 20;      ///< … or so many bytes, if that is more

  /// The bytes that a file of so many may unpack to.
  std::uint64_t unpacked(std::uint64_t bytes) const {
    return std::max(small, bytes * expansion);  // of bytes that are in memory: no product that wraps
  }
};

}  // namespace regulus
