// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

#include "regulus/base/buffer.h"
#include "regulus/runtime/fork.h"

namespace regulus::plan {

/// The memory of one pass: the arena and each worker's scratch. Reused from pass to pass.
struct Workspace {
  std::int64_t rows = 0;  ///< that the arena has room for
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

  /// An idle one with room for so many rows, the smallest, or what make() makes; then one that is too small
  /// is given up, so that there are never more than were borrowed at once.
  template <class Make>
  Loan borrow(std::int64_t rows, Make make) {
    {
      const std::lock_guard lock(mutex_);
      const auto fits =
          std::find_if(idle_.begin(), idle_.end(), [rows](const Workspace& w) { return w.rows >= rows; });
      if (fits != idle_.end()) {
        Workspace workspace = std::move(*fits);
        idle_.erase(fits);
        return {*this, std::move(workspace)};
      }
      if (!idle_.empty()) idle_.pop_back();
    }
    return {*this, make()};
  }

 private:
  // Without memory for the list, the workspace is given up.
  void give_back(Workspace workspace) noexcept {
    try {
      const std::lock_guard lock(mutex_);
      const auto larger = std::find_if(idle_.begin(), idle_.end(),
                                       [&](const Workspace& w) { return w.rows >= workspace.rows; });
      idle_.insert(larger, std::move(workspace));
    } catch (...) {
    }
  }

  runtime::ForkSafeMutex mutex_;
  std::vector<Workspace> idle_;  // the smallest first
};

}  // namespace regulus::plan
