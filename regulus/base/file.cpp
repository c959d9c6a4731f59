// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/file.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>

#include "regulus/base/error.h"
#include "regulus/base/memory.h"
#include "regulus/base/plain_text.h"
#include "regulus/base/temporary_file.h"

namespace regulus {
namespace {

[[noreturn]] void throw_io(const std::string& path, const std::string& what) {
  throw IoError({.where = path, .what = what});
}

[[noreturn]] void throw_errno(const std::string& path, const std::string& what, int error) {
  throw_io(path, what + ": " + system_message(error));
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  // On Linux the descriptor is gone whatever close answers, so EINTR is no failure.
  bool close() {
    const int fd = fd_;
    fd_ = -1;
    return ::close(fd) == 0 || errno == EINTR;
  }

 private:
  int fd_;
};

template <class Call>
auto retried(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

// A write beyond the process's limit on file sizes (ulimit -f) raises a signal that ends the program. While
// one of these lives it does not reach this thread, and the write answers EFBIG instead.
class NoSizeSignal {
 public:
  NoSizeSignal() {
    ::sigemptyset(&signals_);
    ::sigaddset(&signals_, SIGXFSZ);
    ::pthread_sigmask(SIG_BLOCK, &signals_, &before_);
    sigset_t pending;
    was_pending_ = ::sigpending(&pending) == 0 && ::sigismember(&pending, SIGXFSZ) == 1;
  }
  ~NoSizeSignal() {
    const timespec at_once{};
    if (!was_pending_) ::sigtimedwait(&signals_, nullptr, &at_once);
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  NoSizeSignal(const NoSizeSignal&) = delete;
  NoSizeSignal& operator=(const NoSizeSignal&) = delete;

 private:
  sigset_t signals_;
  sigset_t before_;
  bool was_pending_ = false;
};

void write_all(int fd, std::span<const std::uint8_t> bytes, const std::string& path) {
  const NoSizeSignal no_signal;
  while (!bytes.empty()) {
    const ssize_t count = retried([&] { return ::write(fd, bytes.data(), bytes.size()); });
    if (count < 0) throw_errno(path, "cannot be written", errno);
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

}  // namespace

std::vector<std::uint8_t> read_file(const std::string& path, std::uint64_t limit) {
  const Descriptor file(retried([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); }));
  if (file.get() < 0) throw_errno(path, "cannot be opened", errno);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) throw_errno(path, "cannot be read", errno);

  // One byte more than expected, so that the end is seen without another allocation. The size is
  // only a hint: pipes have none and a file may grow meanwhile.
  const std::uint64_t hint = S_ISREG(status.st_mode) ? static_cast<std::uint64_t>(status.st_size) : 65535;
  require_memory_to_read(std::min(hint, limit), path, "the file");
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(std::min(hint, limit)) + 1);
  std::size_t used = 0;
  for (;;) {
    if (used == bytes.size()) {
      require_memory_to_read(2 * bytes.size(), path, "the file");  // both places are there while it moves
      bytes.resize(2 * bytes.size());
    }
    const ssize_t count =
        retried([&] { return ::read(file.get(), bytes.data() + used, bytes.size() - used); });
    if (count < 0) throw_errno(path, "cannot be read", errno);
    if (count == 0) break;
    used += static_cast<std::size_t>(count);
    if (used > limit)
      throw IoError({.where = path,
                     .what = "the file is too large",
                     .expected = "at most " + std::to_string(limit) + " bytes",
                     .found = hint > limit ? std::to_string(hint) + " bytes" : "more"});
  }
  bytes.resize(used);
  return bytes;
}

struct FileWriter::State {
  explicit State(const std::string& target)
      : path(target),
        slash(target.rfind('/')),
        folder(open_folder()),
        temporary(folder.get(), target),
        file(temporary.release()) {
    // The old file's permissions stay. Renaming over a device or a folder is never what was meant.
    struct stat old {};
    if (::stat(path.c_str(), &old) != 0) return;
    if (!S_ISREG(old.st_mode)) throw_io(path, "cannot be written: not a regular file");
    if (::fchmod(file.get(), old.st_mode & 07777) != 0) throw_errno(path, "cannot be written", errno);
  }

  int open_folder() const {
    const std::string name =
        slash == std::string::npos ? "." : path.substr(0, std::max<std::size_t>(slash, 1));
    const int fd = retried([&] { return ::open(name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
    if (fd < 0) throw_errno(path, "cannot be written", errno);
    return fd;
  }

  void finish() {
    // After a failed fsync the kernel may call the pages clean, so a second one would prove nothing.
    if (::fsync(file.get()) != 0) throw_errno(path, "cannot be written", errno);
    if (!file.close()) throw_errno(path, "cannot be written", errno);
    if (!temporary.rename_to(slash == std::string::npos ? path : path.substr(slash + 1)))
      throw_errno(path, "cannot be written", errno);
    // EINVAL: a file system whose folders cannot be synchronised.
    if (::fsync(folder.get()) != 0 && errno != EINVAL)
      throw_errno(path, "is written but may not survive a power failure", errno);
  }

  std::string path;
  std::size_t slash;
  Descriptor folder;
  TemporaryFile temporary;
  Descriptor file;
};

FileWriter::FileWriter(const std::string& path) : state_(std::make_unique<State>(path)) {}
FileWriter::~FileWriter() = default;

void FileWriter::write(std::span<const std::uint8_t> bytes) {
  write_all(state_->file.get(), bytes, state_->path);
}
void FileWriter::write(const std::string& text) {
  write({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}
void FileWriter::finish() {
  state_->finish();
}

void write_file(const std::string& path, std::span<const std::uint8_t> bytes) {
  FileWriter writer(path);
  writer.write(bytes);
  writer.finish();
}

void write_file(const std::string& path, const std::string& text) {
  write_file(path, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

}  // namespace regulus
