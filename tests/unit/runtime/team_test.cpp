// SPDX-License-Identifier: Apache-2.0
#include "regulus/runtime/team.h"

#include <sys/resource.h>

#include <atomic>
#include <numeric>
#include <thread>
#include <vector>

#include "support/environment.h"
#include "support/expect.h"

namespace regulus::runtime {
namespace {

using testing::EnvironmentVariable;
using testing::expect_error;

static_assert(split(10, 0, 3).begin == 0 && split(10, 0, 3).end == 4 && split(10, 2, 3).end == 10);

TEST(Split, CoversEveryItemOnce) {
  for (const std::int64_t count : {0, 1, 2, 6, 7, 8, 100, 1000003})
    for (int parts = 1; parts <= 13; ++parts) {
      std::int64_t next = 0;
      for (int index = 0; index < parts; ++index) {
        const Range range = split(count, index, parts);
        ASSERT_EQ(range.begin, next);
        ASSERT_GE(range.size(), count / parts);
        ASSERT_LE(range.size(), count / parts + 1);
        next = range.end;
      }
      ASSERT_EQ(next, count);
    }
}

// 7 threads on a machine with fewer cores prove that waiting needs no core.
class TeamOfSize : public ::testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Sizes, TeamOfSize, ::testing::Values(1, 2, 3, 7));

TEST_P(TeamOfSize, EveryWorkerRunsOnceInEveryRun) {
  Team team(GetParam());
  EXPECT_EQ(team.size(), GetParam());
  for (int run = 0; run < 200; ++run) {
    std::vector<int> calls(static_cast<std::size_t>(GetParam()));
    team.run([&](int worker, int size) {
      EXPECT_EQ(size, GetParam());
      ++calls[static_cast<std::size_t>(worker)];
    });
    ASSERT_EQ(calls, std::vector<int>(calls.size(), 1));
  }
}

TEST_P(TeamOfSize, TheCallerIsWorkerZero) {
  Team team(GetParam());
  std::thread::id zero;
  team.run([&](int worker, int) {
    if (worker == 0) zero = std::this_thread::get_id();
  });
  EXPECT_EQ(zero, std::this_thread::get_id());
}

TEST_P(TeamOfSize, BarriersSeparatePhases) {
  Team team(GetParam());
  std::vector<int> values(static_cast<std::size_t>(GetParam()));
  std::atomic<int> wrong = 0;
  team.run([&](int worker, int size) {
    for (int phase = 1; phase <= 300; ++phase) {
      values[static_cast<std::size_t>(worker)] = phase;
      team.barrier(size);
      if (std::accumulate(values.begin(), values.end(), 0) != phase * size) ++wrong;
      team.barrier(size);
    }
  });
  EXPECT_EQ(wrong, 0);
}

TEST_P(TeamOfSize, ARunInsideARunWorksAlone) {
  Team team(GetParam());
  std::atomic<int> inner = 0;
  team.run([&](int, int) {
    team.run([&](int worker, int size) {
      EXPECT_EQ(worker, 0);
      EXPECT_EQ(size, 1);
      team.barrier(size);
      ++inner;
    });
  });
  EXPECT_EQ(inner, GetParam());
}

TEST_P(TeamOfSize, RunsAtOnceNeverMix) {
  Team team(GetParam());
  std::vector<std::thread> callers;
  for (int c = 0; c < 4; ++c)
    callers.emplace_back([&] {
      for (int run = 0; run < 100; ++run) {
        std::vector<int> calls(static_cast<std::size_t>(GetParam()));
        std::atomic<int> seen_size = 0;
        team.run([&](int worker, int size) {
          ++calls[static_cast<std::size_t>(worker)];
          team.barrier(size);
          seen_size = size;
        });
        EXPECT_TRUE(seen_size == 1 || seen_size == GetParam());
        EXPECT_EQ(std::accumulate(calls.begin(), calls.end(), 0), seen_size);
      }
    });
  for (std::thread& caller : callers) caller.join();
}

TEST_P(TeamOfSize, AnExceptionOfWorkerZeroComesThrough) {
  Team team(GetParam());
  for (int run = 0; run < 20; ++run) {
    std::atomic<int> others = 0;
    EXPECT_THROW(team.run([&](int worker, int) {
      if (worker == 0) throw std::runtime_error("zero");
      ++others;
    }),
                 std::runtime_error);
    EXPECT_EQ(others, GetParam() - 1) << "the others finish first";
  }
  std::atomic<int> calls = 0;
  team.run([&](int, int) { ++calls; });
  EXPECT_EQ(calls, GetParam()) << "the team still works";
}

TEST_P(TeamOfSize, ComesAndGoesWithoutWork) {
  for (int i = 0; i < 20; ++i) Team team(GetParam());
}

TEST(SetNumThreads, ReplacesTheTeamWhileOthersKeepTheirs) {
  const int before = num_threads();
  const std::shared_ptr<Team> old = team();
  set_num_threads(3);
  EXPECT_EQ(num_threads(), 3);
  EXPECT_EQ(team()->size(), 3);
  EXPECT_EQ(old->size(), before);
  set_num_threads(before);
}

TEST(SetNumThreads, HasBounds) {
  const int before = num_threads();
  for (const int count : {0, -1, 1025})
    expect_error<ConfigError>([&] { set_num_threads(count); },
                              "set_num_threads: not a number of threads (expected 1 to 1024, found " +
                                  std::to_string(count) + ").");
  EXPECT_EQ(num_threads(), before) << "a refused number changes nothing";
  set_num_threads(1024);
  EXPECT_EQ(num_threads(), 1024);
  set_num_threads(1);
  EXPECT_EQ(num_threads(), 1);
  set_num_threads(before);
}

TEST(SetNumThreads, ARefusalOfTheSystemIsAnError) {
  // Stacks of 1,024 threads do not fit into this address space, in a process of its own.
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto refused = [] {
    num_threads();
    const rlimit small{rlim_t{1} << 30, rlim_t{1} << 30};
    ::setrlimit(RLIMIT_AS, &small);
    try {
      set_num_threads(1024);
    } catch (const ThreadError& error) {
      std::fprintf(stderr, "%s", error.what());
    }
    std::_Exit(0);
  };
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  (void)refused;
  GTEST_SKIP() << "sanitizers need the address space";
#else
  EXPECT_EXIT(refused(), ::testing::ExitedWithCode(0),
              "^thread team: the system refused to start a thread: .*expected 1024 threads, found [0-9]+");
#endif
}

TEST(DefaultNumThreads, IsAtLeastOneAndAtMostTheMachine) {
  EXPECT_GE(default_num_threads(), 1);
  EXPECT_LE(default_num_threads(), static_cast<int>(std::thread::hardware_concurrency()));
}

// The variable is read when a program first asks for its team, so each value needs a new process.
[[noreturn]] void report_num_threads() {
  try {
    std::fprintf(stderr, "threads: %d", num_threads());
  } catch (const ConfigError& error) {
    std::fprintf(stderr, "%s", error.what());
  }
  std::_Exit(0);
}

std::string in_regex(const std::string& text) {
  std::string out;
  for (const char c : text) out += std::string(c == '(' || c == ')' || c == '.' ? "\\" : "") + c;
  return out;
}

TEST(NumThreadsVariable, IsRead) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const EnvironmentVariable variable("REGULUS_NUM_THREADS", "3");
  EXPECT_EXIT(report_num_threads(), ::testing::ExitedWithCode(0), "^threads: 3$");
}

TEST(NumThreadsVariable, NamesWhatIsWrong) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  for (const char* text : {"0", "-1", "1025", "2x", " 2", "four", "99999999999"}) {
    const EnvironmentVariable variable("REGULUS_NUM_THREADS", text);
    EXPECT_EXIT(
        report_num_threads(), ::testing::ExitedWithCode(0),
        in_regex(std::string("REGULUS_NUM_THREADS: not a number of threads (expected 1 to 1024, found ") +
                 text + "). Unset it to use every core this process may run on."));
  }
}

}  // namespace
}  // namespace regulus::runtime
