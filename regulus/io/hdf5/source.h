// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "regulus/base/byte_reader.h"
#include "regulus/base/limits.h"

namespace regulus::io::hdf5 {

/// An address that stands for nothing.
inline constexpr std::uint64_t kUndefined = ~std::uint64_t{0};

/// A file while it is read. Every byte belongs to one structure alone: what is claimed twice is an error, so
/// no walk can go in a circle, no structure is read twice, and the whole takes time linear in the bytes.
class Source {
 public:
  /// The bytes and `where` must outlive it and all readers.
  Source(std::span<const std::uint8_t> bytes, const std::string& where, const Limits& limits)
      : whole_(bytes, where), limits_(limits), text_budget_(bytes.size()) {}

  const Limits& limits() const { return limits_; }
  const std::string& where() const { return whole_.where(); }
  std::uint64_t size() const { return whole_.size(); }
  /// From the superblock: nothing lies behind it.
  void end_at(std::uint64_t end);

  /// A reader of `count` bytes at `address`; `what` lies there.
  ByteReader look(std::uint64_t address, std::uint64_t count, std::string_view what) const;
  /// The same, and the bytes are claimed.
  ByteReader claim(std::uint64_t address, std::uint64_t count, std::string_view what);

  /// Throws if an object of this address was there before.
  void enter_object(std::uint64_t address);
  /// Counts a dataset of so many bytes. Throws if there are more, or more bytes, than the limits allow.
  void count_dataset(const ByteReader& at, std::uint64_t bytes);
  /// Counts bytes that packed ones are unpacked to. Throws if they are more than limits.unpacked() allows.
  void count_unpacked(const ByteReader& at, std::uint64_t bytes);

  /// Counts a string of an attribute. Throws if there are far more than the file's size lets expect: one of
  /// fixed length may be a byte there and is 32 in memory.
  void count_text(const ByteReader& at);
  /// The object `index` of the global heap's collection at `address`: a string of variable length. All
  /// strings of a file together are not longer than the file.
  std::string_view heap_text(std::uint64_t address, std::uint32_t index);

 private:
  using Collection = std::unordered_map<std::uint32_t, std::string_view>;

  ByteReader whole_;
  const Limits& limits_;
  std::map<std::uint64_t, std::uint64_t> claimed_;  // begin -> end
  std::unordered_set<std::uint64_t> objects_;
  std::unordered_map<std::uint64_t, Collection> heap_;
  std::uint64_t text_budget_;
  std::size_t num_datasets_ = 0;
  std::uint64_t dataset_bytes_ = 0;
  std::uint64_t unpacked_bytes_ = 0;
  std::uint64_t num_texts_ = 0;
};

}  // namespace regulus::io::hdf5
