// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace regulus::io::hdf5 {

/// Bytes of a file while it is written, numbers least significant byte first. An address is an offset in it.
class Output {
 public:
  std::uint64_t address() const { return bytes_.size(); }
  const std::vector<std::uint8_t>& bytes() const { return bytes_; }
  std::vector<std::uint8_t> take() { return std::move(bytes_); }
  void reserve(std::uint64_t size) { bytes_.reserve(static_cast<std::size_t>(size)); }

  void u8(std::uint64_t value) { put(value, 1); }
  void u16(std::uint64_t value) { put(value, 2); }
  void u32(std::uint64_t value) { put(value, 4); }
  void u64(std::uint64_t value) { put(value, 8); }
  void append(std::span<const std::uint8_t> bytes);
  void append(std::string_view text);
  void zeros(std::uint64_t count) { bytes_.resize(bytes_.size() + static_cast<std::size_t>(count)); }
  /// Zeros up to a multiple of eight.
  void align() { zeros((8 - bytes_.size() % 8) % 8); }
  /// A number of eight bytes, over those that stand at `address`.
  void put_at(std::uint64_t address, std::uint64_t value);

 private:
  void put(std::uint64_t value, int count);

  std::vector<std::uint8_t> bytes_;
};

}  // namespace regulus::io::hdf5
