// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/temporary_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <string_view>
#include <utility>

#include "regulus/base/error.h"
#include "regulus/base/plain_text.h"

namespace regulus {
namespace {

constexpr std::string_view kPrefix = ".regulus-";
constexpr std::string_view kSuffix = ".tmp";

bool lock(int fd) {
  return ::flock(fd, LOCK_EX | LOCK_NB) == 0;
}

// One that is somebody else's, no plain file or still being written stays.
void remove_if_abandoned(int folder, const char* name) {
  const int fd = ::openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return;
  struct stat status {};
  const bool ours = ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == ::geteuid();
  if (ours && lock(fd)) ::unlinkat(folder, name, 0);
  ::close(fd);
}

void remove_abandoned(int folder) {
  const int fd = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* const entries = fd < 0 ? nullptr : ::fdopendir(fd);
  if (!entries) {
    if (fd >= 0) ::close(fd);
    return;
  }
  while (const dirent* entry = ::readdir(entries)) {
    const std::string_view name = entry->d_name;
    if (name.starts_with(kPrefix) && name.ends_with(kSuffix)) remove_if_abandoned(folder, entry->d_name);
  }
  ::closedir(entries);
}

}  // namespace

TemporaryFile::TemporaryFile(int folder, const std::string& path) : folder_(folder) {
  remove_abandoned(folder);
  int attempts = 0;
  while (!create())
    if (errno != EEXIST || ++attempts == 1000)
      throw IoError({.where = path, .what = "cannot be written: " + system_message(errno)});
}

// False with errno; EEXIST asks for another name.
bool TemporaryFile::create() {
  static std::atomic<unsigned> counter = 0;
  name_ = std::string(kPrefix) + std::to_string(::getpid()) + "-" + std::to_string(counter++) +
          std::string(kSuffix);
  do {
    fd_ = ::openat(folder_, name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
  } while (fd_ < 0 && errno == EINTR);
  if (fd_ < 0) return false;
  // Between the two calls another process may have found it without a lock and removed it. A file system
  // without locks answers with another error: there nothing is ever removed.
  struct stat status {};
  const bool taken = !lock(fd_) && errno == EWOULDBLOCK;
  if (!taken && ::fstat(fd_, &status) == 0 && status.st_nlink > 0) {
    lock_ = ::fcntl(fd_, F_DUPFD_CLOEXEC, 0);
    return true;
  }
  ::close(std::exchange(fd_, -1));
  errno = EEXIST;
  return false;
}

TemporaryFile::~TemporaryFile() {
  if (!renamed_) ::unlinkat(folder_, name_.c_str(), 0);
  if (fd_ >= 0) ::close(fd_);
  if (lock_ >= 0) ::close(lock_);
}

int TemporaryFile::release() {
  return std::exchange(fd_, -1);
}

bool TemporaryFile::rename_to(const std::string& name) {
  renamed_ = ::renameat(folder_, name_.c_str(), folder_, name.c_str()) == 0;
  return renamed_;
}

}  // namespace regulus
