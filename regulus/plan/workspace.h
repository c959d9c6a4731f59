// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <mutex>
#include <utility>
#include <vector>

#include "regulus/base/buffer.h"
#include "regulus/runtime/fork.h"

namespace regulus::plan {

/// The memory of one pass: the arena and each worker's scratch. Reused from pass to pass.
struct Workspace {
  Buffer<std::byte> arena;
  std::vector<Buffer<std::byte>> scratch;  // one a worker
};

/// Workspaces that wait for the next call: clearing a new arena takes longer than the pass of one row.
class IdleWorkspaces {
 public:
  /// One workspace for as long as it lives; the pool must live longer.
  class Loan {
   public:
    Loan(IdleWorkspaces& pool, Workspace workspace) : pool_(pool), workspace_(std::move(workspace)) {}
    ~Loan() { pool_.give_back(std::move(workspace_)); }
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    Workspace& operator*() { return workspace_; }

   private:
    IdleWorkspaces& pool_;
    Workspace workspace_;
  };

  /// An idle one, or what make() makes.
  template <class Make>
  Loan borrow(Make make) {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        Workspace workspace = std::move(idle_.back());
        idle_.pop_back();
        return {*this, std::move(workspace)};
      }
    }
    return {*this, make()};
  }

 private:
  // Without memory for the list, the workspace is given up.
  void give_back(Workspace workspace) noexcept {
    try {
      const std::lock_guard lock(mutex_);
      idle_.push_back(std::move(workspace));
    } catch (...) {
    }
  }

  runtime::ForkSafeMutex mutex_;
  std::vector<Workspace> idle_;
};

}  // namespace regulus::plan
