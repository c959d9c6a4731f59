// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/plan/compiler.h"
#include "regulus/plan/pass/pass.h"
#include "regulus/plan/pass/phase.h"
#include "regulus/runtime/team.h"

namespace regulus::plan {

/// What the decisions of a mask, or of a kernel's mask, are keyed by in a pass.
template <class T>
kernels::MaskKey mask_key(const MaskSpec& spec, const Pass<T>& pass) {
  return {spec.seed ? random::Key(*spec.seed) : pass.key, random::stream(random::Purpose::kMask, spec.stream),
          pass.draw, static_cast<std::uint32_t>(spec.rate * 65536.0 + 0.5)};
}

/// The random decisions of one dropout layer in one plan: one bit a unit, drawn once a pass, used
/// forward and backward. MaskStep owns one, and so does a step that has absorbed a MaskStep.
template <class T>
class Mask {
 public:
  /// The row id of a mask that all rows share; no data set has so many rows.
  static constexpr std::uint32_t kSharedRow = 0xFFFFFFFFu;

  explicit Mask(MaskSpec spec);
  void lay_out(Compiler<T>& compiler, std::int64_t width);
  /// Decides for rows [range.begin, range.end).
  void draw(const Pass<T>& pass, runtime::Range rows) const;
  /// The same as part of a plan.
  void add_draw(PhaseList<T>& phases) const;
  /// `block` starts at row `row` and column `column`, a multiple of 16. In place allowed.
  void forward(const Pass<T>& pass, const T* x, T* y, kernels::Block block, std::int64_t row,
               std::int64_t column) const;
  void backward(const Pass<T>& pass, T* gradient, kernels::Block block, std::int64_t row,
                std::int64_t column) const;
  const MaskSpec& spec() const { return spec_; }
  const kernels::MaskMap<T>& map() const { return map_; }

  /// The bits of a pass, [rows][words].
  std::uint16_t* bits(const Pass<T>& pass) const { return pass.template at<std::uint16_t>(bits_); }

 private:
  void draw_rows(const Pass<T>& pass, std::uint16_t* out, std::int64_t words, const std::uint32_t* row_ids,
                 std::int64_t rows, std::int64_t units) const;

  MaskSpec spec_;
  kernels::MaskMap<T> map_;
  std::int64_t width_ = 0;
  std::int64_t words_ = 0;
  std::int64_t num_decisions_ = 0;  // with a noise shape
  Offset bits_ = kNowhere;
  Offset decisions_ = kNowhere;
};

}  // namespace regulus::plan
