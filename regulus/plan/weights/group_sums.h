// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "regulus/plan/compiler.h"
#include "regulus/plan/pass/pass.h"

namespace regulus::plan {

/// The gradient of one weight, summed row by row over groups of rows: each group by one worker, and the
/// groups in ascending order. There are up to 16 of them, whatever the number of workers.
template <class T>
class GroupSums {
 public:
  /// What every step that sums so asks of the plan.
  static void keep_groups_together(Compiler<T>& compiler) {
    compiler.keep_rows_together((compiler.max_rows() + kMostGroups - 1) / kMostGroups);
  }
  void lay_out(Compiler<T>& compiler, const Weight<T>& weight) {
    size_ = weight.parameter->packed_size();
    group_rows_ = compiler.rows_together();
    const std::int64_t groups = (compiler.max_rows() + group_rows_ - 1) / group_rows_;
    sums_ = compiler.layout().template reserve<T>(product_of(groups, size_));
  }

  std::int64_t group_rows() const { return group_rows_; }
  /// The packed sums of the row's group.
  T* of(const Pass<T>& pass, std::int64_t row) const { return pass.at(sums_) + row / group_rows_ * size_; }
  /// The packed elements [at, at + count) of all groups.
  void total(const Pass<T>& pass, std::int64_t at, std::int64_t count, T* total) const {
    std::copy_n(of(pass, 0) + at, count, total);
    for (std::int64_t row = group_rows_; row < pass.rows(); row += group_rows_) {
      const T* from = of(pass, row) + at;
      for (std::int64_t i = 0; i < count; ++i) total[i] += from[i];
    }
  }

 private:
  static constexpr std::int64_t kMostGroups = 16;
  std::int64_t size_ = 0;
  std::int64_t group_rows_ = 1;
  Offset sums_ = kNowhere;
};

}  // namespace regulus::plan
