// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "regulus/base/limits.h"

namespace regulus::io {

/// A zip archive whose directory has been proved (io/zip_directory.h) and then found to be the same by
/// libzip, which unpacks. `bytes` and `where` must outlive it.
class ZipArchive {
 public:
  /// Throws DataError.
  ZipArchive(std::span<const std::uint8_t> bytes, const std::string& where, const Limits& limits = {});
  ~ZipArchive();
  ZipArchive(const ZipArchive&) = delete;
  ZipArchive& operator=(const ZipArchive&) = delete;

  /// In the order of the directory.
  const std::vector<std::string>& names() const;
  bool contains(std::string_view name) const;
  /// Bytes of a member, unpacked. Throws DataError if there is none of that name, as `read` does.
  std::uint64_t size(std::string_view name) const;
  /// A member, unpacked. Throws DataError unless its checksum and size are right.
  std::vector<std::uint8_t> read(std::string_view name) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// True if the bytes begin as a zip archive does, an empty one too.
bool is_zip(std::span<const std::uint8_t> bytes) noexcept;

struct ZipMember {
  std::string name;
  std::vector<std::uint8_t> bytes;
};

/// An archive of the members in their order: stored, without flags or extra fields (a name beyond ASCII has
/// the flag for UTF-8), dated 1980-01-01, so the same members give the same bytes. Throws ConfigError for a
/// name that appears twice or that no reader here would take.
std::vector<std::uint8_t> to_zip(std::span<const ZipMember> members);

}  // namespace regulus::io
