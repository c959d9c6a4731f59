// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

namespace regulus {

/// True if the bytes begin with gzip's magic number.
bool is_gzip(std::span<const std::uint8_t> bytes) noexcept;

/// Unpacks one gzip member (RFC 1952) piece by piece, so that the caller decides how much memory the
/// content may take. The checksum and the length in the trailer are verified.
class GzipReader {
 public:
  /// The next bytes of a file, which must stay until the next call; none at its end.
  using Source = std::function<std::span<const std::uint8_t>()>;

  /// `file` must outlive the reader; `where` begins every error.
  GzipReader(std::span<const std::uint8_t> file, std::string where);
  /// Of a file that comes in pieces.
  GzipReader(Source source, std::string where);
  ~GzipReader();
  GzipReader(const GzipReader&) = delete;
  GzipReader& operator=(const GzipReader&) = delete;

  /// Fills `out` and returns the bytes written: fewer only where the content or the file ends.
  /// Throws DataError for damaged data.
  std::size_t read(std::span<std::uint8_t> out);
  /// The member's end was reached and its trailer is right.
  bool complete() const noexcept;
  /// Bytes of the file, or of its last piece, that were not needed so far.
  std::span<const std::uint8_t> rest() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Unpacks a file that is one gzip member of exactly out.size() bytes and nothing else: two to three times as
/// fast as a GzipReader. False for any other file, whatever is wrong with it, and `out` then holds
/// anything; a GzipReader says what it is.
bool unpack_gzip(std::span<const std::uint8_t> file, std::span<std::uint8_t> out);

/// The same of a zlib stream (RFC 1950), whose checksum is verified too.
bool unpack_zlib(std::span<const std::uint8_t> stream, std::span<std::uint8_t> out);

/// No deflate stream expands a byte to more than this: 258 bytes for each two bits.
inline constexpr std::uint64_t kMaxGzipExpansion = 1032;

}  // namespace regulus
