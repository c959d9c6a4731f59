// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <type_traits>

#include "regulus/base/error.h"

namespace regulus::runtime {

/// The system refuses to start a thread.
class ThreadError : public IoError {
 public:
  using IoError::IoError;
};

/// A half-open range of work items.
struct Range {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::int64_t size() const { return end - begin; }
};

/// Part `index` of `parts` nearly equal parts of [0, count): a fixed split, so that the same
/// worker meets the same items in every step and finds them in its cache.
constexpr Range split(std::int64_t count, int index, int parts) {
  const std::int64_t base = count / parts;
  const std::int64_t rest = count % parts;
  const std::int64_t begin = index * base + (index < rest ? index : rest);
  return {begin, begin + base + (index < rest ? 1 : 0)};
}

/// A persistent team of threads. `run` executes one function on all of them; `barrier` separates
/// phases inside it. Workers spin briefly, then sleep, so an idle team costs nothing. All of them compute in
/// the standard floating-point mode, whatever the caller's is.
class Team {
 public:
  /// Throws ThreadError when the system refuses to start so many threads. Requires size >= 1.
  explicit Team(int size);
  ~Team();
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  int size() const noexcept;
  /// True in a child process that fork() has made after the team: its threads stayed in the parent.
  bool orphaned() const noexcept;

  /// Calls body(worker, size) for worker = 0 … size-1, the caller being worker 0, and returns when
  /// all are done. When the team is already at work for another thread, called from inside itself or
  /// orphaned, the caller runs alone as body(0, 1): results never depend on the size. A body must not
  /// throw, unless it uses no barrier and the exception comes from worker 0. Allocates nothing.
  template <class Body>
  void run(Body&& body) {
    using B = std::remove_reference_t<Body>;
    run_erased([](void* self, int worker, int size) { (*static_cast<B*>(self))(worker, size); },
               const_cast<void*>(static_cast<const void*>(&body)));
  }

  /// Waits until all `size` workers of the current run have arrived. `size` is the one that body
  /// was given; for 1 it returns at once.
  void barrier(int size) noexcept;

 private:
  using Call = void (*)(void*, int worker, int size);
  void run_erased(Call call, void* body);
  struct State;
  std::unique_ptr<State> state_;
};

/// Threads this process may use: the affinity mask bounded by the cgroup's CPU quota, at least 1.
int default_num_threads();
/// The team that models use: REGULUS_NUM_THREADS, else default_num_threads() strong. After fork() the child
/// gets one of its own, as strong as its parent's. Throws ThreadError.
std::shared_ptr<Team> team();
/// Replaces the team. Throws ConfigError unless 1 <= count <= 1024, ThreadError if the system
/// refuses.
void set_num_threads(int count);
int num_threads();

}  // namespace regulus::runtime
