// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/plan/thinned/thinned_sample.h"

namespace regulus::plan {

/// What one worker needs to run samples.
template <class T>
class ThinnedScratch {
 public:
  explicit ThinnedScratch(const ThinnedNetwork<T>& network);
  T* inputs() { return inputs_.data(); }
  /// Two buffers for the outputs of the layers, in turn.
  T* outputs(std::size_t layer) { return outputs_[layer % 2].data(); }

 private:
  Buffer<T> inputs_;
  Buffer<T> outputs_[2];
};

/// Up to 48 rows as columns (kernels/columns.h): what the first draw works on, and what the first
/// layer computes for all samples. A row's numbers depend on no other row.
template <class T>
class ThinnedRows {
 public:
  /// Three vectors of AVX-512; a layer's inputs for as many rows stay in the first-level cache.
  static constexpr std::int64_t kMaxRows = 48;

  explicit ThinnedRows(const ThinnedNetwork<T>& network);

  /// Takes the rows of a pass whose deterministic part has been run. Requires at most kMaxRows.
  void load(const ThinnedNetwork<T>& network, const Plan<T>& plan, const Pass<T>& pass);
  std::int64_t rows() const { return rows_; }
  /// The distance between two lines: rows() rounded up to a multiple of 16.
  std::int64_t columns() const { return kernels::padded(rows_); }
  /// Rows whose base is not finite have to take the general path: taking the complement could not
  /// remove a dropped infinity.
  bool is_finite(std::int64_t row) const { return (finite_ >> row & 1) != 0; }

  /// What the sample predicts for the rows, [units][columns()], in `scratch`. Allocates nothing.
  const T* run(const ThinnedNetwork<T>& network, const ThinnedSample<T>& sample,
               const kernels::Table<T>& kernels, ThinnedScratch<T>& scratch) const;

 private:
  void compute_base(const ThinnedNetwork<T>& network, const kernels::Table<T>& kernels);
  const T* gather_inputs(const ThinnedSample<T>& sample, T* to) const;

  std::int64_t rows_ = 0;
  std::uint64_t finite_ = 0;
  Buffer<T> inputs_;
  Buffer<T> base_;
};

}  // namespace regulus::plan
