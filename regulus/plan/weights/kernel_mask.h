// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/plan/compiler.h"
#include "regulus/plan/pass/pass.h"
#include "regulus/plan/pass/phase.h"
#include "regulus/plan/weights/weights.h"

namespace regulus::plan {

/// Random decisions about the elements of a kernel (DropConnect): one bit each, drawn once a pass for all its
/// rows, and the kernel with them applied, W' = kept ? scale W : 0. A panel's bits are those that a Mask
/// draws for a row of that number, its packed elements being the units.
template <class T>
class KernelMask {
 public:
  explicit KernelMask(const MaskSpec& spec) : spec_(spec) {}
  void lay_out(Compiler<T>& compiler, const Weight<T>& kernel);
  /// Draws and applies.
  void add_draw(PhaseList<T>& phases) const;
  /// W' of a pass, packed.
  const T* kernel(const Pass<T>& pass) const { return pass.at(masked_); }
  /// Turns `count` elements of the gradient of W', from packed element `at` on, into those of W, in place.
  void backward(const Pass<T>& pass, std::int64_t at, std::int64_t count, T* gradient) const;

 private:
  void draw(const Pass<T>& pass, std::int64_t panel) const;
  /// One word for 16 units of one input.
  std::uint16_t* bits(const Pass<T>& pass, std::int64_t at) const {
    return pass.template at<std::uint16_t>(bits_) + at / kernels::kPanel;
  }

  MaskSpec spec_;
  const Weight<T>* kernel_ = nullptr;
  Offset bits_ = kNowhere;
  Offset masked_ = kNowhere;
};

}  // namespace regulus::plan
