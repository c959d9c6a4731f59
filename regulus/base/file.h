// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace regulus {

/// The whole file. Throws IoError if it cannot be opened or read, or is larger than `limit` bytes.
std::vector<std::uint8_t> read_file(const std::string& path, std::uint64_t limit = std::uint64_t{1} << 32);

/// Writes `bytes` so that a reader sees the old file or the new one, never a part: temporary file in
/// the same folder, write, fsync, rename, fsync of the folder. Throws IoError; the old file stays then.
void write_file(const std::string& path, std::span<const std::uint8_t> bytes);
void write_file(const std::string& path, const std::string& text);

}  // namespace regulus
