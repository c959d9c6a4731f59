// SPDX-License-Identifier: Apache-2.0
#include "regulus/runtime/fork.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>
#include <vector>

#include "regulus/runtime/team.h"

namespace regulus::runtime {
namespace {

template <class Body>
bool child_does(Body body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body() ? 0 : 1);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

class Fork : public ::testing::Test {
 protected:
  void SetUp() override {
#if defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "the thread sanitizer ends children of processes with threads";
#endif
  }
};

TEST_F(Fork, IsCountedInTheChild) {
  const unsigned before = forks();
  EXPECT_TRUE(child_does([&] { return forks() == before + 1; }));
  EXPECT_EQ(forks(), before);
}

TEST_F(Fork, ATeamOfTheParentRunsAloneInTheChild) {
  Team team(3);
  EXPECT_FALSE(team.orphaned());
  EXPECT_TRUE(child_does([&] {
    int calls = 0;
    team.run([&](int worker, int size) {
      calls += worker == 0 && size == 1;
      team.barrier(size);
    });
    return team.orphaned() && calls == 1;
  }));
  std::atomic<int> calls = 0;
  team.run([&](int, int) { ++calls; });
  EXPECT_EQ(calls, 3);
}

TEST_F(Fork, NoChildFindsAMutexTaken) {
  ForkSafeMutex mutex;
  ForkSafeMutex inner;
  std::int64_t guarded[2] = {0, 0};
  std::atomic<bool> enough = false;
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t)
    threads.emplace_back([&] {
      while (!enough) {
        const std::lock_guard lock(mutex);
        ++guarded[0];
        const std::lock_guard nested(inner);
        ++guarded[1];
      }
    });
  int good = 0;
  for (int i = 0; i < 50; ++i)
    good += child_does([&] {
      const std::lock_guard lock(mutex);
      const std::lock_guard nested(inner);
      return guarded[0] == guarded[1];  // nobody was half way
    });
  enough = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 50);
}

TEST_F(Fork, WhoHoldsAMutexMayForkToo) {
  ForkSafeMutex mutex;
  const std::lock_guard lock(mutex);
  EXPECT_TRUE(child_does([&] {
    mutex.unlock();
    const std::lock_guard again(mutex);
    return true;
  }));
}

}  // namespace
}  // namespace regulus::runtime
