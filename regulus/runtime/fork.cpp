// SPDX-License-Identifier: Apache-2.0
#include "regulus/runtime/fork.h"

#include <pthread.h>

#include <atomic>

namespace regulus::runtime {
namespace {

std::atomic<unsigned> num_forks = 0;
std::atomic<int> holders = 0;  // threads that hold a mutex or wait for one
std::atomic<bool> forking = false;
thread_local int depth = 0;  // mutexes of this thread: who holds one may take another while a fork waits

void enter() {
  if (depth++ > 0) return;
  holders.fetch_add(1);
  while (forking.load()) {
    holders.fetch_sub(1);
    holders.notify_all();
    forking.wait(true);
    holders.fetch_add(1);
  }
}

void leave() {
  if (--depth > 0) return;
  holders.fetch_sub(1);
  if (forking.load()) holders.notify_all();
}

void before_fork() {
  while (forking.exchange(true)) forking.wait(true);
  const int own = depth > 0 ? 1 : 0;
  for (int count = holders.load(); count != own; count = holders.load()) holders.wait(count);
}

void in_parent() {
  forking.store(false);
  forking.notify_all();
}

void in_child() {
  num_forks.fetch_add(1);
  holders.store(depth > 0 ? 1 : 0);
  forking.store(false);
}

const int registered = pthread_atfork(before_fork, in_parent, in_child);

}  // namespace

unsigned forks() noexcept {
  (void)registered;
  return num_forks.load(std::memory_order_relaxed);
}

void ForkSafeMutex::lock() {
  enter();
  mutex_.lock();
}

void ForkSafeMutex::unlock() {
  mutex_.unlock();
  leave();
}

}  // namespace regulus::runtime
