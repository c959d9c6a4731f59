// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>

namespace regulus::runtime {

/// How often the program was forked between its start and this process. A child has the memory of its parent
/// but only the thread that called fork(): what was made under another number has lost its threads.
unsigned forks() noexcept;

/// A mutex that no child process finds taken: while any thread holds one, fork() waits. For a few
/// instructions, or for work that ends by itself.
class ForkSafeMutex {
 public:
  void lock();
  void unlock();

 private:
  std::mutex mutex_;
};

}  // namespace regulus::runtime
