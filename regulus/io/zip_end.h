// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "regulus/base/limits.h"

namespace regulus::io {

/// Bytes of a central header without its name, extra fields and comment.
inline constexpr std::uint64_t kZipCentralBytes = 46;

/// Where the directory of a zip archive lies: bytes [begin, end), which can hold so many members.
struct ZipPlace {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::uint64_t members = 0;
};

/// Proves the end records (APPNOTE 6.3.10, 4.3.14 to 4.3.16): the one end record whose comment ends the file,
/// and before it, if there are any, zip64 records that agree with it. The directory ends where they begin.
/// Throws DataError, also for more members than limits.members.
ZipPlace find_zip_directory(std::span<const std::uint8_t> bytes, const std::string& where,
                            const Limits& limits);

}  // namespace regulus::io
