// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstring>
#include <exception>
#include <mutex>
#include <numeric>
#include <vector>

#include "regulus/data/dataset.h"
#include "regulus/plan/plan.h"
#include "regulus/runtime/team.h"

namespace regulus {

/// The row numbers of a chunk: in its slice and in the whole data set.
struct RowNumbers {
  explicit RowNumbers(std::int64_t capacity)
      : index(static_cast<std::size_t>(capacity)), ids(static_cast<std::size_t>(capacity)) {}
  void set(std::int64_t first, std::int64_t rows, std::int64_t first_row) {
    std::iota(index.begin(), index.begin() + rows, static_cast<std::uint32_t>(first));
    std::iota(ids.begin(), ids.begin() + rows, static_cast<std::uint32_t>(first + first_row));
  }
  std::vector<std::uint32_t> index;
  std::vector<std::uint32_t> ids;
};

/// Fills in the parts of a batch that come from the data set itself.
inline void attach(plan::Batch& batch, const Dataset& data) {
  batch.features = data.view();
  batch.labels = data.has_labels() ? data.labels().data() : nullptr;
  batch.targets = data.has_targets() ? data.targets().data() : nullptr;
}

/// One output row after another, without the padding between the plan's rows.
inline void copy_rows(const plan::Plan<float>& plan, const plan::Pass<float>& pass, float* to) {
  const float* from = plan.output(pass);
  const std::int64_t width = plan.output_width();
  for (std::int64_t r = 0; r < pass.rows(); ++r)
    std::memcpy(to + r * width, from + r * plan.output_stride(),
                static_cast<std::size_t>(width) * sizeof(float));
}

/// Runs body(pass, scratch, first row) for every chunk of `chunk` rows of [begin, end), the chunks
/// divided between the team's workers, each with a workspace of its own. A chunk's result must not
/// depend on the worker. profile: times every pass. The first exception is rethrown after all workers have
/// ended.
template <class Body>
void for_each_chunk(const plan::Plan<float>& plan, const Dataset& data, std::int64_t chunk, Body&& body,
                    std::int64_t begin = 0, std::int64_t end = -1, plan::Profile* profile = nullptr) {
  if (end < 0) end = data.num_rows();
  const std::int64_t num_chunks = (end - begin + chunk - 1) / chunk;
  const std::int64_t room = std::min(chunk, end - begin);
  const int most_workers = plan.workers_within_budget(room);
  std::mutex mutex;
  std::exception_ptr error;
  const auto work = [&](runtime::Range chunks, int worker) {
    if (chunks.size() == 0) return;
    auto loan = plan.borrow_workspace(room);
    plan::Workspace& workspace = *loan;
    RowNumbers numbers(room);
    plan::Pass<float> pass = plan.make_pass(workspace);
    if (profile) pass.stopwatches = profile->stopwatch(worker);
    attach(pass.batch, data);
    pass.batch.index = numbers.index.data();
    pass.batch.row_ids = numbers.ids.data();
    for (std::int64_t c = chunks.begin; c < chunks.end; ++c) {
      const std::int64_t first = begin + c * chunk;
      pass.batch.rows = std::min(chunk, end - first);
      numbers.set(first, pass.batch.rows, data.first_row());
      body(pass, workspace.scratch[0].data(), first);
    }
  };
  if (num_chunks == 1) return work({0, 1}, 0);  // no reason to wake the others
  runtime::team()->run([&](int worker, int size) {
    try {
      const int workers = std::min(size, most_workers);
      if (worker < workers) work(runtime::split(num_chunks, worker, workers), worker);
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (!error) error = std::current_exception();
    }
  });
  if (error) std::rethrow_exception(error);
}

}  // namespace regulus
