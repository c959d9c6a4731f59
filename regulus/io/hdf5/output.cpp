// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/hdf5/output.h"

namespace regulus::io::hdf5 {

void Output::put(std::uint64_t value, int count) {
  for (int i = 0; i < count; ++i) bytes_.push_back(static_cast<std::uint8_t>(value >> 8 * i));
}

void Output::append(std::span<const std::uint8_t> bytes) {
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
}

void Output::append(std::string_view text) {
  bytes_.insert(bytes_.end(), text.begin(), text.end());
}

void Output::put_at(std::uint64_t address, std::uint64_t value) {
  for (std::size_t i = 0; i < 8; ++i)
    bytes_[static_cast<std::size_t>(address) + i] = static_cast<std::uint8_t>(value >> 8 * i);
}

}  // namespace regulus::io::hdf5
