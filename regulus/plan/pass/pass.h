// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "regulus/base/feature_view.h"
#include "regulus/kernels/table.h"
#include "regulus/plan/layout.h"
#include "regulus/plan/pass/profile.h"

namespace regulus::plan {

/// Some rows of a data set. Arrays of [rows] unless said.
struct Batch {
  FeatureView features;
  const std::uint32_t* index = nullptr;    ///< which row of features, labels, targets and weights
  const std::uint32_t* row_ids = nullptr;  ///< which row of the whole data set: keys the random numbers
  std::int64_t rows = 0;
  const std::int32_t* labels = nullptr;  ///< of the data set
  const float* targets = nullptr;        ///< of the data set, [.][target_units]
  const float* sample_weight = nullptr;  ///< of the data set; null: all one
  std::int64_t target_units = 0;         ///< those of the output, but for a loss of the user's own
};

/// What the update of one step needs, computed once a step in double.
template <class T>
struct UpdateArgs {
  std::array<T, kernels::kMaxCoefficients> coefficients{};
  T decay = 0;          ///< learning_rate * weight_decay
  double clipnorm = 0;  ///< 0: not wanted
  double global_clipnorm = 0;
  double clipvalue = 0;
};

/// Everything a phase may look at while it runs. Constant during a pass.
template <class T>
struct Pass {
  const kernels::Table<T>* kernels = nullptr;
  std::byte* arena = nullptr;
  std::int64_t room = 0;  ///< rows that the arena has room for
  Batch batch;
  random::Key key;
  std::uint32_t draw = 0;     ///< step in training, sample index in prediction
  bool shared_masks = false;  ///< one mask for all rows
  UpdateArgs<T> update;
  /// Set when a row's weighted loss or activity penalty is not finite; the backward part of the pass
  /// is skipped then, so weights and slots stay. May be null.
  std::atomic<bool>* halted = nullptr;
  /// Set when an update has made a weight infinite or NaN. May be null.
  std::atomic<bool>* overflowed = nullptr;
  /// Profile::stopwatches() for run, one worker's for run_alone; null: the pass is not timed.
  Stopwatch* stopwatches = nullptr;

  std::int64_t rows() const { return batch.rows; }
  template <class U = T>
  U* at(Offset offset) const {
    return reinterpret_cast<U*>(arena + offset.bytes(room));
  }
};

}  // namespace regulus::plan
