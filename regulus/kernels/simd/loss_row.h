// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/kernels/formulas/losses.h"
#include "regulus/kernels/simd/rows.h"
#include "regulus/kernels/table.h"

namespace regulus::kernels::REGULUS_KERNELS_ISA {

/// One row of a batch, with its targets after smoothing.
class LossRow {
 public:
  REGULUS_INLINE LossRow(const LossArgs<float>& args, std::int64_t row, Lanes share)
      : x_(args.prediction + row * args.stride),
        output_(args.output != nullptr ? args.output + row * args.stride : nullptr),
        gradient_(args.gradient != nullptr ? args.gradient + row * args.stride : nullptr),
        targets_(args.targets != nullptr ? args.targets + std::int64_t{args.index[row]} * args.units
                                         : nullptr),
        label_(args.labels != nullptr ? args.labels[args.index[row]] : 0),
        units_(args.units),
        scale_(Lanes::all(args.row_scale[row])),
        keep_(Lanes(1) - Lanes::all(args.label_smoothing)),
        share_(share) {}

  REGULUS_INLINE Lanes x(std::int64_t at) const { return Lanes::load(x_ + at); }
  REGULUS_INLINE Lanes max() const { return row_max(x_, units_); }
  template <bool sparse>
  REGULUS_INLINE Lanes target(std::int64_t at) const {
    return smoothed(sparse ? one_hot(at) : dense(at), keep_, share_);
  }
  REGULUS_INLINE Lanes dense(std::int64_t at) const {
    return units_ - at < kPanel ? load_part(targets_ + at, units_ - at) : Lanes::load(targets_ + at);
  }
  REGULUS_INLINE bool has_gradient() const { return gradient_ != nullptr; }
  REGULUS_INLINE Lanes gradient(std::int64_t at) const { return Lanes::load(gradient_ + at); }
  REGULUS_INLINE Lanes scale() const { return scale_; }

  /// sum of the terms over the units, in the order of all row sums.
  template <class Term>
  REGULUS_INLINE Lanes sum(Term term) const {
    return row_sum(units_, [&term](Lanes s, std::int64_t at) { return s + term(at); });
  }
  /// From column `at` on: get(at). x is gone after the output is written, since that may be x.
  template <class Get>
  REGULUS_INLINE void write_gradient(Get get) const {
    if (gradient_ != nullptr) write_row(gradient_, units_, get);
  }
  template <class Get>
  REGULUS_INLINE void write_output(Get get) const {
    if (output_ != nullptr) write_row(output_, units_, get);
  }

 private:
  REGULUS_INLINE Lanes one_hot(std::int64_t at) const {
    return select(lane_numbers() == Lanes(static_cast<double>(label_ - at)), Lanes(1), Lanes(0));
  }

  const float* x_;
  float* output_;
  float* gradient_;
  const float* targets_;
  std::int64_t label_;
  std::int64_t units_;
  Lanes scale_, keep_, share_;
};

}  // namespace regulus::kernels::REGULUS_KERNELS_ISA
