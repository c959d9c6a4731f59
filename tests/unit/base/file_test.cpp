// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/file.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstring>
#include <thread>

#include "support/expect.h"
#include "support/temporary_folder.h"

namespace regulus {
namespace {

using testing::expect_error;
using testing::TemporaryFolder;

std::string text_of(const std::string& path) {
  const auto bytes = read_file(path);
  return {bytes.begin(), bytes.end()};
}

void expect_only(const TemporaryFolder& folder, const std::string& name) {
  EXPECT_EQ(folder.names(), std::vector<std::string>{name}) << "a temporary file was left";
}

TEST(File, ComesBackAsItWasWritten) {
  const TemporaryFolder folder;
  for (const std::size_t size : {0u, 1u, 4096u, 65536u, 3000001u}) {
    std::vector<std::uint8_t> bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 31 + i / 257);
    write_file(folder / "a", bytes);
    EXPECT_EQ(read_file(folder / "a"), bytes) << size;
  }
  expect_only(folder, "a");
}

TEST(File, ANewOneTakesTheOldOnesPlaceAndPermissions) {
  const TemporaryFolder folder;
  write_file(folder / "a", "a longer text than the next");
  ASSERT_EQ(::chmod((folder / "a").c_str(), 0640), 0);
  write_file(folder / "a", "new");
  EXPECT_EQ(text_of(folder / "a"), "new");
  struct stat status {};
  ASSERT_EQ(::stat((folder / "a").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0640u);
  expect_only(folder, "a");
}

TEST(File, ARelativeNameLiesInTheWorkingFolder) {
  const TemporaryFolder folder;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  write_file("here", "text");
  std::filesystem::current_path(before);
  EXPECT_EQ(text_of(folder / "here"), "text");
}

TEST(File, WhatCannotBeReadIsAnIoError) {
  const TemporaryFolder folder;
  const std::string& path = folder.path();
  write_file(folder / "a", "four");
  expect_error<IoError>([&] { read_file(folder / "b"); },
                        path + "/b: cannot be opened: No such file or directory.");
  expect_error<IoError>([&] { read_file(folder / "a/b"); },
                        path + "/a/b: cannot be opened: Not a directory.");
  expect_error<IoError>([&] { read_file(path); }, path + ": cannot be read: Is a directory.");
  EXPECT_EQ(read_file(folder / "a", 4).size(), 4u);
  expect_error<IoError>([&] { read_file(folder / "a", 3); },
                        path + "/a: the file is too large (expected at most 3 bytes, found 4 bytes).");
  expect_error<IoError>([] { read_file("/dev/zero", 100000); },
                        "/dev/zero: the file is too large (expected at most 100000 bytes, found more).");
}

TEST(File, AFailedWriteLeavesTheOldFileAndNothingElse) {
  const TemporaryFolder folder;
  const std::string& path = folder.path();
  write_file(folder / "old", "old text");
  // Through a file, because root may write into a read-only folder.
  expect_error<IoError>([&] { write_file(folder / "old/new", "x"); },
                        path + "/old/new: cannot be written: Not a directory.");
  expect_error<IoError>([&] { write_file(folder / "missing/new", "x"); },
                        path + "/missing/new: cannot be written: No such file or directory.");
  expect_error<IoError>([&] { write_file(path, "x"); }, path + ": cannot be written: not a regular file.");
  expect_error<IoError>([&] { write_file(folder / std::string(300, 'n'), "x"); },
                        path + "/" + std::string(300 - path.size() - 4, 'n') + "...");
  expect_error<IoError>([&] { write_file("/dev/full", "x"); },
                        "/dev/full: cannot be written: not a regular file.");
  EXPECT_EQ(text_of(folder / "old"), "old text");
  expect_only(folder, "old");
}

// A limit on file sizes fails as a full disk does: first a short write, then an error.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int);
};

TEST(File, AFullDiskLeavesTheOldFileAndNothingElse) {
  const TemporaryFolder folder;
  write_file(folder / "old", "old text");
  {
    const FileSizeLimit limit(10000);
    expect_error<IoError>([&] { write_file(folder / "old", std::string(20000, 'x')); },
                          folder.path() + "/old: cannot be written: File too large.");
  }
  EXPECT_EQ(text_of(folder / "old"), "old text");
  expect_only(folder, "old");
}

TEST(File, SignalsAndShortReadsAreInvisible) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  // Once a millisecond, and without SA_RESTART: a blocked read comes back with EINTR.
  struct sigaction quiet {};
  struct sigaction before {};
  quiet.sa_handler = [](int) {};
  ASSERT_EQ(::sigaction(SIGALRM, &quiet, &before), 0);
  std::thread writer([fd = ends[1]] {
    sigset_t alarm;
    sigemptyset(&alarm);
    sigaddset(&alarm, SIGALRM);
    pthread_sigmask(SIG_BLOCK, &alarm, nullptr);
    for (int i = 0; i < 20; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(3));
      const std::string piece(static_cast<std::size_t>(1000 + i), static_cast<char>('a' + i));
      EXPECT_EQ(::write(fd, piece.data(), piece.size()), static_cast<ssize_t>(piece.size()));
    }
    ::close(fd);
  });
  const itimerval often{{0, 1000}, {0, 1000}};
  const itimerval never{};
  ::setitimer(ITIMER_REAL, &often, nullptr);
  const std::string text = text_of("/dev/fd/" + std::to_string(ends[0]));
  ::setitimer(ITIMER_REAL, &never, nullptr);
  writer.join();
  ::sigaction(SIGALRM, &before, nullptr);
  ::close(ends[0]);
  std::string wanted;
  for (int i = 0; i < 20; ++i) wanted.append(static_cast<std::size_t>(1000 + i), static_cast<char>('a' + i));
  EXPECT_EQ(text, wanted);
}

TEST(File, ReadersNeverSeeAPart) {
  const TemporaryFolder folder;
  const std::string path = folder / "a";
  write_file(path, std::string(50000, 'a'));
  std::atomic<int> writing = 3;
  std::vector<std::thread> writers;
  for (int w = 0; w < 3; ++w)
    writers.emplace_back([&, w] {
      for (int i = 0; i < 10; ++i)
        write_file(path, std::string(static_cast<std::size_t>(50000 + 1000 * w), static_cast<char>('a' + w)));
      --writing;
    });
  while (writing > 0) {
    const std::string text = text_of(path);
    ASSERT_FALSE(text.empty());
    const auto w = static_cast<std::size_t>(text[0] - 'a');
    ASSERT_EQ(text, std::string(50000 + 1000 * w, text[0]));
  }
  for (std::thread& writer : writers) writer.join();
  expect_only(folder, "a");
}

}  // namespace
}  // namespace regulus
