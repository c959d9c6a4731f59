// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace regulus {

/// The whole file. Throws IoError if it cannot be opened or read, or is larger than `limit` bytes.
std::vector<std::uint8_t> read_file(const std::string& path, std::uint64_t limit = std::uint64_t{1} << 32);

/// A file that is written piece by piece and appears under its name only when it is complete, so that a
/// reader sees the old file or the new one, never a part: temporary file in the same folder, write, fsync,
/// rename, fsync of the folder. Without finish() the old file stays.
class FileWriter {
 public:
  /// Throws IoError, here and below.
  explicit FileWriter(const std::string& path);
  ~FileWriter();
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;
  void write(std::span<const std::uint8_t> bytes);
  void write(const std::string& text);
  /// Call once, last.
  void finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Writes a whole file with a FileWriter.
void write_file(const std::string& path, std::span<const std::uint8_t> bytes);
void write_file(const std::string& path, const std::string& text);

}  // namespace regulus
