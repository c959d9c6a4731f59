// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace regulus {

/// A file in an open folder that goes away again unless it is given its real name. It is locked (flock) for
/// as long as its process works on it: one that nobody holds a lock of was left by a process that died, and
/// the next that makes one in this folder removes it.
class TemporaryFile {
 public:
  /// `path`: what errors name. Throws IoError.
  TemporaryFile(int folder, const std::string& path);
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  /// The descriptor to write to, which is the caller's to close. Call once.
  int release();
  bool rename_to(const std::string& name);

 private:
  bool create();

  int folder_;
  std::string name_;
  int fd_ = -1;
  int lock_ = -1;  // the same open file, so that it stays locked when the writer has closed it
  bool renamed_ = false;
};

}  // namespace regulus
