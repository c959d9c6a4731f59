// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace regulus {

/// A file's content from its first byte to its last, piece by piece: as it lies there, or unpacked where the
/// file is one gzip member, whatever its name says. Pipes will do.
class ByteSource {
 public:
  /// Throws IoError if the file cannot be opened or read.
  explicit ByteSource(const std::string& path);
  ~ByteSource();
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  const std::string& path() const;
  /// Fills `out` and returns how many bytes: fewer only where the content ends. Throws IoError, and DataError
  /// for damaged gzip data or bytes behind it.
  std::size_t read(std::span<std::uint8_t> out);
  /// The next bytes, which stay: `count` of them, fewer only where the content ends.
  std::span<const std::uint8_t> peek(std::size_t count);
  /// Bytes read so far.
  std::uint64_t offset() const;
  /// False where gzip data break off, known once the content has ended.
  bool complete() const;
  /// All that is still to come. Throws DataError for more than `limit` bytes and for gzip data that break
  /// off.
  std::vector<std::uint8_t> read_rest(std::uint64_t limit);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace regulus
