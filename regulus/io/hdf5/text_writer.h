// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "regulus/io/hdf5/output.h"

namespace regulus::io::hdf5 {

/// Strings of variable length: written into collections of the global heap (specification III.E), of 4,096
/// bytes as the HDF5 library's or as large as one string needs.
class TextWriter {
 public:
  /// `output` must outlive it and get nothing else before `finish`.
  explicit TextWriter(Output& output) : output_(output) {}

  /// Writes a string, which must stay where it is until all references are written.
  void add(const std::string& text);
  /// Closes the last collection.
  void finish();
  /// Where a string that was added lies, in 16 bytes: length, collection and index.
  void put_reference(Output& output, const std::string& text) const;

 private:
  struct Place {
    std::uint64_t collection;
    std::uint32_t index;
  };

  void open(std::uint64_t size);

  Output& output_;
  std::unordered_map<const std::string*, Place> places_;
  std::uint64_t begin_ = 0;  // of the open collection
  std::uint64_t end_ = 0;    // 0: none is open
  std::uint32_t count_ = 0;  // of its objects
};

}  // namespace regulus::io::hdf5
