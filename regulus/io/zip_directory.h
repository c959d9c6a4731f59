// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "regulus/base/limits.h"

namespace regulus::io {

/// One member of a zip archive, as its two headers agree on it.
struct ZipEntry {
  std::string name;
  bool deflated = false;  ///< else stored
  std::uint32_t crc = 0;
  std::uint64_t packed = 0;
  std::uint64_t size = 0;    ///< unpacked
  std::uint64_t header = 0;  ///< where its local header begins
  std::uint64_t data = 0;    ///< where its packed bytes begin
};

/// Proves a zip file (APPNOTE 6.3.10) without unpacking anything, and gives its members in the order of the
/// directory. Stricter than the format, so that no two readers can see different archives in a file:
/// - the last end record and its comment end the file, no other could be meant, one disk, no newer version
/// than 6.3;
/// - zip64 records only where every number in them agrees with the 16- or 32-bit one or replaces all ones;
/// - the local header, the central header and a data descriptor of a member agree;
/// - members, directory and end records fill the file from its first byte to its last: no byte lies
///   between them, before them or in two of them;
/// - stored or deflated, never encrypted; what deflate cannot have packed (1,032 to 1) is refused;
/// - names are unique and pass zip_name_problem; beyond ASCII the flag for UTF-8 is needed.
/// Throws DataError, also where limits.members, limits.name_bytes or limits.memory (all members unpacked) are
/// passed.
std::vector<ZipEntry> parse_zip_directory(std::span<const std::uint8_t> bytes, const std::string& where,
                                          const Limits& limits = {});

/// Why a member must not have this name, or nullptr: it is empty or too long, not UTF-8, holds a backslash or
/// a control character, is absolute, or has a part that is empty, "." or "..". One slash may end it (a
/// folder).
const char* zip_name_problem(std::string_view name, std::size_t limit);

}  // namespace regulus::io
