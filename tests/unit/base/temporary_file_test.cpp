// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/temporary_file.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "regulus/base/file.h"
#include "support/expect.h"
#include "support/temporary_folder.h"

namespace regulus {
namespace {

using testing::TemporaryFolder;

using Names = std::vector<std::string>;

// A child that dies while it saves; the parent goes on when it is dead.
void die_while_saving(const std::string& path) {
  const pid_t child = ::fork();
  if (child == 0) {
    FileWriter writer(path);
    writer.write(std::string("half of it"));
    ::kill(::getpid(), SIGKILL);
  }
  ::waitpid(child, nullptr, 0);
}

TEST(TemporaryFile, OfADeadProcessGoesWhenTheNextIsMade) {
  const TemporaryFolder folder;
  die_while_saving(folder / "model");
  die_while_saving(folder / "model");
  EXPECT_EQ(folder.names().size(), 1u);  // the second has removed the first's
  write_file(folder / "other", "text");
  EXPECT_EQ(folder.names(), Names{"other"});
}

TEST(TemporaryFile, OfALivingOneStays) {
  const TemporaryFolder folder;
  FileWriter first(folder / "a");
  first.write(std::string("first"));
  {
    FileWriter second(folder / "b");
    second.write(std::string("second"));
    EXPECT_EQ(folder.names().size(), 2u);
  }
  const pid_t child = ::fork();  // another process
  if (child == 0) {
    write_file(folder / "c", "third");
    ::_exit(0);
  }
  ::waitpid(child, nullptr, 0);
  first.finish();
  EXPECT_EQ(folder.names(), (Names{"a", "c"}));
}

TEST(TemporaryFile, NothingElseIsRemoved) {
  const TemporaryFolder folder;
  for (const char* name : {".regulus-model", "regulus-1-0.tmp", ".regulus-notes.txt"})
    std::ofstream(folder / name) << "mine";
  std::filesystem::create_directory(folder / ".regulus-1-0.tmp");
  std::filesystem::create_symlink("regulus-1-0.tmp", folder / ".regulus-2-0.tmp");
  write_file(folder / "a", "text");
  EXPECT_EQ(folder.names().size(), 6u);
}

// What `ulimit -f` does: the signal would end the process.
TEST(FileWriter, BeyondTheLimitOfFileSizesIsAnError) {
  const TemporaryFolder folder;
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit small{10000, 10000};
    ::setrlimit(RLIMIT_FSIZE, &small);
    try {
      write_file(folder / "a", std::string(20000, 'x'));
    } catch (const IoError& error) {
      sigset_t pending;
      ::sigpending(&pending);
      const bool clean = ::sigismember(&pending, SIGXFSZ) == 0;
      const bool said = std::string(error.what()) == (folder / "a") + ": cannot be written: File too large.";
      ::_exit(clean && said ? 7 : 1);
    }
    ::_exit(2);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 7) << status;
  EXPECT_TRUE(folder.names().empty());
}

}  // namespace
}  // namespace regulus
