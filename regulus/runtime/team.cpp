// SPDX-License-Identifier: Apache-2.0
#include "regulus/runtime/team.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstring>
#include <exception>
#include <fstream>
#include <locale>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "regulus/base/float_environment.h"
#include "regulus/base/plain_text.h"
#include "regulus/runtime/environment.h"
#include "regulus/runtime/fork.h"

namespace regulus::runtime {
namespace {

constexpr int kMaxThreads = 1024;
// About 50 microseconds: longer than the pauses between two steps of a fit, shorter than anyone notices.
constexpr int kSpins = 2000;

void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#else
  std::this_thread::yield();
#endif
}

// Returns once `value` differs from `old`: spins first, then sleeps in the kernel.
template <class V>
void wait_while_equal(const std::atomic<V>& value, V old, int spins) {
  for (int i = 0; i < spins; ++i) {
    if (value.load(std::memory_order_acquire) != old) return;
    pause();
  }
  while (value.load(std::memory_order_acquire) == old) value.wait(old, std::memory_order_acquire);
}

int affinity_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof(set), &set) != 0)
    return static_cast<int>(std::thread::hardware_concurrency());
  return CPU_COUNT(&set);
}

// The numbers at the beginning of a small file, as many as are there.
std::vector<double> numbers_in(const char* path) {
  std::ifstream file(path);
  file.imbue(std::locale::classic());
  std::vector<double> numbers;
  for (double number = 0; numbers.size() < 2 && file >> number;) numbers.push_back(number);
  return numbers;
}

// CPUs that the cgroup allows, rounded up; 0 if there is no limit.
int cgroup_cpus() {
  std::vector<double> numbers = numbers_in("/sys/fs/cgroup/cpu.max");
  if (numbers.size() < 2) {
    numbers = numbers_in("/sys/fs/cgroup/cpu/cpu.cfs_quota_us");
    for (const double period : numbers_in("/sys/fs/cgroup/cpu/cpu.cfs_period_us")) numbers.push_back(period);
  }
  if (numbers.size() < 2 || numbers[0] <= 0 || numbers[1] <= 0) return 0;
  return static_cast<int>(std::min((numbers[0] + numbers[1] - 1) / numbers[1], double{kMaxThreads}));
}

int requested_threads() {
  const auto text = environment("REGULUS_NUM_THREADS");
  if (!text) return default_num_threads();
  int count = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), count);
  if (error != std::errc() || end != text->data() + text->size() || count < 1 || count > kMaxThreads)
    throw ConfigError({.where = "REGULUS_NUM_THREADS",
                       .what = "not a number of threads",
                       .expected = "1 to 1024",
                       .found = *text,
                       .fix = "Unset it to use every core this process may run on."});
  return count;
}

}  // namespace

namespace {

// Handles of threads that stayed in the parent process. They can be neither joined nor detached, and a
// handle must not be destroyed before; so they are kept for ever, where a leak checker finds them.
struct Abandoned {
  std::vector<std::thread> threads;
  Abandoned* next;
};
std::atomic<Abandoned*> abandoned = nullptr;

void abandon(std::vector<std::thread> threads) {
  auto* const link = new Abandoned{std::move(threads), abandoned.load()};
  while (!abandoned.compare_exchange_weak(link->next, link)) {
  }
}

}  // namespace

struct Team::State {
  int size = 1;
  int spins = kSpins;
  const unsigned born = forks();
  std::vector<std::thread> threads;
  std::atomic<bool> busy = false;
  Call call = nullptr;
  void* body = nullptr;
  std::atomic<bool> stop = false;
  // Each on its own cache line: these are what the workers stare at.
  alignas(64) std::atomic<std::uint32_t> generation = 0;
  alignas(64) std::atomic<int> unfinished = 0;
  alignas(64) std::atomic<int> arrived = 0;
  alignas(64) std::atomic<std::uint32_t> phase = 0;

  // Here and not in Team's destructor, which does not run when its constructor throws.
  ~State() {
    if (orphaned()) {
      abandon(std::move(threads));
      return;
    }
    stop.store(true, std::memory_order_release);
    generation.fetch_add(1, std::memory_order_release);
    generation.notify_all();
    for (std::thread& thread : threads) thread.join();
  }

  bool orphaned() const { return born != forks(); }

  void work(int worker) {
    std::uint32_t seen = 0;
    for (;;) {
      wait_while_equal(generation, seen, spins);
      ++seen;
      if (stop.load(std::memory_order_acquire)) return;
      StandardFloats::renew();  // a thread begins with the mode of whoever made it
      call(body, worker, size);
      if (unfinished.fetch_sub(1, std::memory_order_acq_rel) == 1) unfinished.notify_one();
    }
  }
};

Team::Team(int size) : state_(std::make_unique<State>()) {
  state_->size = size;
  if (size > affinity_cpus()) state_->spins = 0;  // spinning would keep the others from their core
  try {
    for (int worker = 1; worker < size; ++worker)
      state_->threads.emplace_back([state = state_.get(), worker] { state->work(worker); });
  } catch (const std::system_error& error) {
    throw ThreadError(
        {.where = "thread team",
         .what = "the system refused to start a thread: " + system_message(error.code().value()),
         .expected = std::to_string(size) + " threads",
         .found = std::to_string(state_->threads.size() + 1),
         .fix = "Ask for fewer."});
  }
}

Team::~Team() = default;

int Team::size() const noexcept {
  return state_->size;
}
bool Team::orphaned() const noexcept {
  return state_->orphaned();
}

void Team::run_erased(Call call, void* body) {
  const StandardFloats floats;
  State& s = *state_;
  if (s.size == 1 || s.orphaned() || s.busy.exchange(true, std::memory_order_acquire)) {
    call(body, 0, 1);
    return;
  }
  s.call = call;
  s.body = body;
  s.unfinished.store(s.size - 1, std::memory_order_relaxed);
  s.generation.fetch_add(1, std::memory_order_release);
  s.generation.notify_all();
  std::exception_ptr error;
  try {
    call(body, 0, s.size);
  } catch (...) {
    error = std::current_exception();
  }
  for (int left = s.unfinished.load(std::memory_order_acquire); left != 0;
       left = s.unfinished.load(std::memory_order_acquire))
    wait_while_equal(s.unfinished, left, s.spins);
  s.busy.store(false, std::memory_order_release);
  if (error) std::rethrow_exception(error);
}

void Team::barrier(int size) noexcept {
  if (size == 1) return;
  State& s = *state_;
  const std::uint32_t phase = s.phase.load(std::memory_order_acquire);
  if (s.arrived.fetch_add(1, std::memory_order_acq_rel) + 1 == size) {
    s.arrived.store(0, std::memory_order_relaxed);
    s.phase.fetch_add(1, std::memory_order_release);
    s.phase.notify_all();
  } else {
    wait_while_equal(s.phase, phase, s.spins);
  }
}

int default_num_threads() {
  const int affinity = affinity_cpus();
  const int quota = cgroup_cpus();
  const int count = quota > 0 && quota < affinity ? quota : affinity;
  return count < 1 ? 1 : count > kMaxThreads ? kMaxThreads : count;
}

namespace {
struct Current {
  ForkSafeMutex mutex;
  std::shared_ptr<Team> team;
};
Current& current() {
  static Current instance;
  return instance;
}
}  // namespace

std::shared_ptr<Team> team() {
  Current& c = current();
  const std::lock_guard lock(c.mutex);
  if (!c.team)
    c.team = std::make_shared<Team>(requested_threads());
  else if (c.team->orphaned())
    c.team = std::make_shared<Team>(c.team->size());
  return c.team;
}

void set_num_threads(int count) {
  if (count < 1 || count > kMaxThreads)
    throw ConfigError({.where = "set_num_threads",
                       .what = "not a number of threads",
                       .expected = "1 to 1024",
                       .found = std::to_string(count)});
  auto next = std::make_shared<Team>(count);
  Current& c = current();
  const std::lock_guard lock(c.mutex);
  c.team = std::move(next);
}

int num_threads() {
  return team()->size();
}

}  // namespace regulus::runtime
